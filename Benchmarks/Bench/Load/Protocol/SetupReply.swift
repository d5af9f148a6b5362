package import NIOCore
internal import Wire

/// The answer to a command of the set-up, read whole.
package struct SetupReply {
    package private(set) var id: UInt32 = 0
    /// Of a connect: the streams that the server follows for the user.
    package private(set) var subscriptions: [String: Subscription] = [:]
    /// Of a subscribe.
    package private(set) var subscription = Subscription()
    package private(set) var refusal: (code: UInt64, message: String)?

    /// Reads one line, or one Protobuf message without its length; nil when it is no reply.
    package init?(_ message: ByteBuffer, encoding: Encoding) {
        switch encoding {
        case .json:
            do throws(JSONError) {
                var scanner = JSONScanner(message)
                try self.read(&scanner)
            } catch {
                return nil
            }
        case .protobuf: self.read(message.readableBytesSpan)
        }
        guard self.id != 0 else { return nil }
    }

    private mutating func read(_ json: inout JSONScanner) throws(JSONError) {
        try json.beginObject()
        while let key = try json.nextKey() {
            switch key {
            case "id": self.id = UInt32(truncatingIfNeeded: try json.unsigned())
            case "error": self.refusal = try Self.refusal(&json)
            case "connect":
                try json.beginObject()
                while let key = try json.nextKey() {
                    if key == "subs" { try self.readSubscriptions(&json) } else { try json.skip() }
                }
            case "subscribe": self.subscription = try Subscription(&json)
            default: try json.skip()
            }
        }
    }

    private mutating func readSubscriptions(_ json: inout JSONScanner) throws(JSONError) {
        try json.beginObject()
        while let channel = try json.nextKey() { self.subscriptions[channel] = try Subscription(&json) }
    }

    private static func refusal(_ json: inout JSONScanner) throws(JSONError) -> (UInt64, String) {
        var refusal: (code: UInt64, message: String) = (0, "")
        try json.beginObject()
        while let key = try json.nextKey() {
            switch key {
            case "code": refusal.code = try json.unsigned()
            case "message": refusal.message = try json.string()
            default: try json.skip()
            }
        }
        return refusal
    }
}

/// The same of Protobuf.
extension SetupReply {
    private mutating func read(_ bytes: RawSpan) {
        var index = 0
        while let field = ProtobufScanner.field(bytes, &index, bytes.byteCount) {
            switch field.number {
            case 1: self.id = UInt32(truncatingIfNeeded: field.value)
            case 2: self.refusal = (Self.number(1, in: field, bytes), Self.text(2, in: field, bytes))
            case 5: self.readSubscriptions(bytes, field)
            case 6: self.subscription = Subscription(bytes, field)
            default: break
            }
        }
    }

    private mutating func readSubscriptions(_ bytes: RawSpan, _ connect: ProtobufScanner.Field) {
        var index = connect.start
        while let field = ProtobufScanner.field(bytes, &index, connect.end) {
            guard field.number == 6 else { continue }
            var (entry, subscription) = (field.start, Subscription())
            while let part = ProtobufScanner.field(bytes, &entry, field.end) {
                if part.number == 2 { subscription = Subscription(bytes, part) }
            }
            self.subscriptions[Self.text(1, in: field, bytes)] = subscription
        }
    }

    static func number(_ number: UInt64, in message: ProtobufScanner.Field, _ bytes: RawSpan) -> UInt64 {
        var index = message.start
        while let field = ProtobufScanner.field(bytes, &index, message.end) {
            if field.number == number { return field.value }
        }
        return 0
    }

    static func text(_ number: UInt64, in message: ProtobufScanner.Field, _ bytes: RawSpan) -> String {
        var index = message.start
        while let field = ProtobufScanner.field(bytes, &index, message.end) {
            guard field.number == number else { continue }
            return unsafe bytes.extracting(field.start..<field.end).withUnsafeBytes {
                unsafe String(decoding: $0, as: UTF8.self)
            }
        }
        return ""
    }
}
