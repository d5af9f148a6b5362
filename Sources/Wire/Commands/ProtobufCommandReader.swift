internal import NIOCore

/// Reads a binary frame: commands, each after its length as a varint; a length of 0 is a pong.
///
/// Unknown fields are skipped. Of two verbs the one with the lower field number counts; of two equal fields the last.
struct ProtobufCommandReader {
    let frame: ByteBuffer

    func read(into commands: inout [Command]) throws(WireError) {
        let bytes = self.frame.readableBytesSpan
        var index = 0
        while index < bytes.byteCount {
            let end = try ProtobufReader.length(bytes, &index, bytes.byteCount)
            commands.append(try self.command(bytes, &index, end))
        }
    }

    private func command(_ bytes: RawSpan, _ index: inout Int, _ end: Int) throws(WireError) -> Command {
        let start = index
        var id: UInt32 = 0
        var found: (verb: Verb, request: CommandVerb)?
        var isPong = true
        while let tag = try ProtobufReader.tag(bytes, &index, end) {
            if tag.field == 1 {
                id = try Self.unsigned32(tag, bytes, &index, end, field: "id")
                if id != 0 { isPong = false }
                continue
            }
            isPong = false
            guard let verb = Verb(rawValue: tag.field), found.map({ verb.rawValue <= $0.verb.rawValue }) ?? true else {
                try ProtobufReader.skip(tag.wireType, bytes, &index, end)
                continue
            }
            let requestEnd = try Self.message(tag, bytes, &index, end, field: verb.name.description)
            found = (verb, try self.request(verb, bytes, &index, requestEnd))
        }
        guard let found else {
            guard isPong else { throw .noKnownVerb(at: start) }
            return Command(id: 0, verb: .pong)
        }
        guard id != 0 || found.verb == .send else { throw .missingID(found.verb, at: start) }
        return Command(id: id, verb: found.request)
    }

    private func request(
        _ verb: Verb,
        _ bytes: RawSpan,
        _ index: inout Int,
        _ end: Int
    ) throws(WireError) -> CommandVerb {
        let request: CommandVerb
        var body = Body()
        switch verb {
        case .connect: request = .connect(try self.connect(bytes, &index, end, &body))
        case .subscribe: request = .subscribe(try self.subscribe(bytes, &index, end, &body))
        case .history: request = .history(try self.history(bytes, &index, end))
        default: request = try self.small(verb, bytes, &index, end, &body)
        }
        return body.error.map { .refused($0) } ?? request
    }

    /// The requests of one or two fields: their numbers differ from verb to verb.
    private func small(
        _ verb: Verb,
        _ bytes: RawSpan,
        _ index: inout Int,
        _ end: Int,
        _ body: inout Body
    ) throws(WireError) -> CommandVerb {
        var channel = ""
        var other = ""
        var data: ByteBuffer?
        while let tag = try ProtobufReader.tag(bytes, &index, end) {
            switch (verb, tag.field) {
            case (.unsubscribe, 1), (.publish, 1), (.presence, 1), (.presenceStats, 1), (.subRefresh, 1):
                channel = try Self.string(tag, bytes, &index, end, field: "channel")
            case (.publish, 2), (.send, 1), (.rpc, 1):
                data = try self.body(tag, bytes, &index, end, &body)
            case (.rpc, 2): other = try Self.string(tag, bytes, &index, end, field: "method")
            case (.refresh, 1), (.subRefresh, 2): other = try Self.string(tag, bytes, &index, end, field: "token")
            default: try ProtobufReader.skip(tag.wireType, bytes, &index, end)
            }
        }
        switch verb {
        case .unsubscribe: return .unsubscribe(channel: channel)
        case .publish: return .publish(channel: channel, data: data)
        case .presence: return .presence(channel: channel)
        case .presenceStats: return .presenceStats(channel: channel)
        case .send: return .send(data: data)
        case .rpc: return .rpc(method: other, data: data)
        case .refresh: return .refresh(token: other)
        case .subRefresh: return .subRefresh(channel: channel, token: other)
        case .ping, .connect, .subscribe, .history: return .ping
        }
    }
}
