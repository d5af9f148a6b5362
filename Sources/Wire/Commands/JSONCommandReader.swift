internal import NIOCore

/// Reads a text frame: objects, one a line.
///
/// Unknown fields are skipped, so that an SDK may be newer than the server; `null` is an absent field, as the official
/// server has it. Of two verbs the one with the lower field number counts; of two equal names the last.
struct JSONCommandReader {
    let frame: ByteBuffer

    func read(into commands: inout [Command]) throws(WireError) {
        let bytes = self.frame.readableBytesSpan
        var index = 0
        JSONText.skipSpace(bytes, &index)
        while index < bytes.byteCount {
            commands.append(try self.command(bytes, &index))
            let end = index
            JSONText.skipSpace(bytes, &index)
            if index < bytes.byteCount, !Self.hasLineFeed(bytes, from: end, to: index) {
                throw .badJSON(.trailingText(at: index))
            }
        }
    }

    private static func hasLineFeed(_ bytes: RawSpan, from start: Int, to end: Int) -> Bool {
        (start..<end).contains { bytes.byte(at: $0) == UInt8(ascii: "\n") }
    }

    private func command(_ bytes: RawSpan, _ index: inout Int) throws(WireError) -> Command {
        let start = index
        var id: UInt32 = 0
        var found: (verb: Verb, request: CommandVerb)?
        var isPong = true
        var members = JSONMembers()
        while let key = try Self.nextKey(&members, bytes, &index) {
            if "id" ~= key {
                id = try Self.unsigned32(bytes, &index, field: "id")
                if id != 0 { isPong = false }
                continue
            }
            isPong = false
            guard let verb = Verb(key), found.map({ verb.rawValue <= $0.verb.rawValue }) ?? true else {
                try Self.skip(bytes, &index)
                continue
            }
            guard try !Self.takeNull(bytes, &index) else { continue }
            found = (verb, try self.request(verb, bytes, &index))
        }
        guard let found else {
            guard isPong else { throw .noKnownVerb(at: start) }
            return Command(id: 0, verb: .pong)
        }
        guard id != 0 || found.verb == .send else { throw .missingID(found.verb, at: start) }
        return Command(id: id, verb: found.request)
    }

    @inline(__always)
    private func request(_ verb: Verb, _ bytes: RawSpan, _ index: inout Int) throws(WireError) -> CommandVerb {
        switch verb {
        case .publish:
            let fields = try self.fields(bytes, &index)
            return .publish(channel: fields.channel, data: fields.data)
        case .rpc:
            let fields = try self.fields(bytes, &index)
            return .rpc(method: fields.method, data: fields.data)
        case .send: return .send(data: try self.fields(bytes, &index).data)
        case .unsubscribe: return .unsubscribe(channel: try self.fields(bytes, &index).channel)
        case .presence: return .presence(channel: try self.fields(bytes, &index).channel)
        case .presenceStats: return .presenceStats(channel: try self.fields(bytes, &index).channel)
        case .refresh: return .refresh(token: try self.fields(bytes, &index).token)
        case .subRefresh:
            let fields = try self.fields(bytes, &index)
            return .subRefresh(channel: fields.channel, token: fields.token)
        case .ping:
            _ = try self.fields(bytes, &index)
            return .ping
        case .connect: return .connect(try self.connect(bytes, &index))
        case .subscribe: return .subscribe(try self.subscribe(SubscribeRequest(), bytes, &index))
        case .history: return .history(try self.history(bytes, &index))
        }
    }

    /// The fields of the small requests, each of which has a few of these.
    private struct Fields {
        var channel = ""
        var method = ""
        var token = ""
        var data: ByteBuffer?
    }

    @inline(__always)
    private func fields(_ bytes: RawSpan, _ index: inout Int) throws(WireError) -> Fields {
        var fields = Fields()
        var members = JSONMembers()
        while let key = try Self.nextKey(&members, bytes, &index) {
            switch key {
            case "channel": fields.channel = try Self.string(bytes, &index, field: "channel")
            case "data": fields.data = try self.raw(bytes, &index)
            case "method": fields.method = try Self.string(bytes, &index, field: "method")
            case "token": fields.token = try Self.string(bytes, &index, field: "token")
            default: try Self.skip(bytes, &index)
            }
        }
        return fields
    }
}
