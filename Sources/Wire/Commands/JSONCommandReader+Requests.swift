internal import NIOCore

extension JSONCommandReader {
    func connect(_ bytes: RawSpan, _ index: inout Int) throws(WireError) -> ConnectRequest {
        var request = ConnectRequest()
        var members = JSONMembers()
        while let key = try Self.nextKey(&members, bytes, &index) {
            switch key {
            case "token": request.token = try Self.string(bytes, &index, field: "token")
            case "data": request.data = try self.raw(bytes, &index)
            case "subs": request.subs = try self.subs(bytes, &index)
            case "name": request.name = try Self.string(bytes, &index, field: "name")
            case "version": request.version = try Self.string(bytes, &index, field: "version")
            case "flag": request.flag = try Self.signed(bytes, &index, field: "flag")
            default: try Self.skip(bytes, &index)
            }
        }
        return request
    }

    /// `{channel: request, …}`, in the order of the text.
    private func subs(_ bytes: RawSpan, _ index: inout Int) throws(WireError) -> [SubscribeRequest] {
        guard try !Self.takeNull(bytes, &index) else { return [] }
        var subs: [SubscribeRequest] = []
        var members = JSONMembers()
        while let name = try Self.nextName(&members, bytes, &index, field: "subs") {
            let channel =
                name.isEscaped
                ? String(decoding: JSONText.unescaped(bytes, name), as: UTF8.self)
                : bytes.text(from: name.start, to: name.end)
            var request = SubscribeRequest()
            if try !Self.takeNull(bytes, &index) { request = try self.subscribe(request, bytes, &index) }
            request.channel = channel
            subs.append(request)
        }
        return subs
    }

    func subscribe(
        _ initial: SubscribeRequest,
        _ bytes: RawSpan,
        _ index: inout Int
    ) throws(WireError) -> SubscribeRequest {
        var request = initial
        var members = JSONMembers()
        while let key = try Self.nextKey(&members, bytes, &index) {
            switch key {
            case "channel": request.channel = try Self.string(bytes, &index, field: "channel")
            case "token": request.token = try Self.string(bytes, &index, field: "token")
            case "recover": request.recover = try Self.boolean(bytes, &index, field: "recover")
            case "epoch": request.epoch = try Self.string(bytes, &index, field: "epoch")
            case "offset": request.offset = try Self.unsigned(bytes, &index, field: "offset")
            case "data": request.data = try self.raw(bytes, &index)
            case "positioned": request.positioned = try Self.boolean(bytes, &index, field: "positioned")
            case "recoverable": request.recoverable = try Self.boolean(bytes, &index, field: "recoverable")
            case "join_leave": request.joinLeave = try Self.boolean(bytes, &index, field: "join_leave")
            case "flag": request.flag = try Self.signed(bytes, &index, field: "flag")
            default: try Self.skip(bytes, &index)
            }
        }
        return request
    }

    func history(_ bytes: RawSpan, _ index: inout Int) throws(WireError) -> HistoryRequest {
        var request = HistoryRequest()
        var members = JSONMembers()
        while let key = try Self.nextKey(&members, bytes, &index) {
            switch key {
            case "channel": request.channel = try Self.string(bytes, &index, field: "channel")
            case "limit":
                let at = index
                guard let limit = Int32(exactly: try Self.signed(bytes, &index, field: "limit")) else {
                    throw .outOfRange(field: "limit", at: at)
                }
                request.limit = limit
            case "since": request.since = try self.position(bytes, &index)
            case "reverse": request.reverse = try Self.boolean(bytes, &index, field: "reverse")
            default: try Self.skip(bytes, &index)
            }
        }
        return request
    }

    private func position(_ bytes: RawSpan, _ index: inout Int) throws(WireError) -> StreamPosition? {
        guard try !Self.takeNull(bytes, &index) else { return nil }
        var position = StreamPosition()
        var members = JSONMembers()
        while let key = try Self.nextKey(&members, bytes, &index, field: "since") {
            switch key {
            case "offset": position.offset = try Self.unsigned(bytes, &index, field: "offset")
            case "epoch": position.epoch = try Self.string(bytes, &index, field: "epoch")
            default: try Self.skip(bytes, &index)
            }
        }
        return position
    }
}
