internal import NIOCore

extension ProtobufCommandReader {
    func connect(
        _ bytes: RawSpan,
        _ index: inout Int,
        _ end: Int,
        _ body: inout Body
    ) throws(WireError) -> ConnectRequest {
        var request = ConnectRequest()
        while let tag = try ProtobufReader.tag(bytes, &index, end) {
            switch tag.field {
            case 1: request.token = try Self.string(tag, bytes, &index, end, field: "token")
            case 2: request.data = try self.body(tag, bytes, &index, end, &body)
            case 3:
                let entryEnd = try Self.message(tag, bytes, &index, end, field: "subs")
                request.subs.append(try self.subsEntry(bytes, &index, entryEnd, &body))
            case 4: request.name = try Self.string(tag, bytes, &index, end, field: "name")
            case 5: request.version = try Self.string(tag, bytes, &index, end, field: "version")
            case 7: request.flag = try Self.signed(tag, bytes, &index, end, field: "flag")
            default: try ProtobufReader.skip(tag.wireType, bytes, &index, end)
            }
        }
        return request
    }

    /// One entry of a map: the key is field 1, the value field 2.
    private func subsEntry(
        _ bytes: RawSpan,
        _ index: inout Int,
        _ end: Int,
        _ body: inout Body
    ) throws(WireError) -> SubscribeRequest {
        var channel = ""
        var request = SubscribeRequest()
        while let tag = try ProtobufReader.tag(bytes, &index, end) {
            switch tag.field {
            case 1: channel = try Self.string(tag, bytes, &index, end, field: "channel")
            case 2:
                let valueEnd = try Self.message(tag, bytes, &index, end, field: "subs")
                request = try self.subscribe(bytes, &index, valueEnd, &body)
            default: try ProtobufReader.skip(tag.wireType, bytes, &index, end)
            }
        }
        request.channel = channel
        return request
    }

    func subscribe(
        _ bytes: RawSpan,
        _ index: inout Int,
        _ end: Int,
        _ body: inout Body
    ) throws(WireError) -> SubscribeRequest {
        var request = SubscribeRequest()
        while let tag = try ProtobufReader.tag(bytes, &index, end) {
            switch tag.field {
            case 1: request.channel = try Self.string(tag, bytes, &index, end, field: "channel")
            case 2: request.token = try Self.string(tag, bytes, &index, end, field: "token")
            case 3: request.recover = try Self.boolean(tag, bytes, &index, end, field: "recover")
            case 6: request.epoch = try Self.string(tag, bytes, &index, end, field: "epoch")
            case 7: request.offset = try Self.unsigned(tag, bytes, &index, end, field: "offset")
            case 8: request.data = try self.body(tag, bytes, &index, end, &body)
            case 9: request.positioned = try Self.boolean(tag, bytes, &index, end, field: "positioned")
            case 10: request.recoverable = try Self.boolean(tag, bytes, &index, end, field: "recoverable")
            case 11: request.joinLeave = try Self.boolean(tag, bytes, &index, end, field: "join_leave")
            case 14: request.flag = try Self.signed(tag, bytes, &index, end, field: "flag")
            default: try ProtobufReader.skip(tag.wireType, bytes, &index, end)
            }
        }
        return request
    }

    func history(_ bytes: RawSpan, _ index: inout Int, _ end: Int) throws(WireError) -> HistoryRequest {
        var request = HistoryRequest()
        while let tag = try ProtobufReader.tag(bytes, &index, end) {
            switch tag.field {
            case 1: request.channel = try Self.string(tag, bytes, &index, end, field: "channel")
            case 7:
                let at = index
                guard let limit = Int32(exactly: try Self.signed(tag, bytes, &index, end, field: "limit")) else {
                    throw .outOfRange(field: "limit", at: at)
                }
                request.limit = limit
            case 8:
                let positionEnd = try Self.message(tag, bytes, &index, end, field: "since")
                request.since = try self.position(bytes, &index, positionEnd)
            case 9: request.reverse = try Self.boolean(tag, bytes, &index, end, field: "reverse")
            default: try ProtobufReader.skip(tag.wireType, bytes, &index, end)
            }
        }
        return request
    }

    private func position(_ bytes: RawSpan, _ index: inout Int, _ end: Int) throws(WireError) -> StreamPosition {
        var position = StreamPosition()
        while let tag = try ProtobufReader.tag(bytes, &index, end) {
            switch tag.field {
            case 1: position.offset = try Self.unsigned(tag, bytes, &index, end, field: "offset")
            case 2: position.epoch = try Self.string(tag, bytes, &index, end, field: "epoch")
            default: try ProtobufReader.skip(tag.wireType, bytes, &index, end)
            }
        }
        return position
    }
}
