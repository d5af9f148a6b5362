import Engine
import Messenger
import NIOCore
import Primitives
import Wire

/// Why an rpc's data is refused.
struct RPCError: Error, Equatable {
    var code: ErrorCode
    var message: String

    init(_ error: JSONFieldError) {
        self.code = .badRequest
        self.message = "\(error)"
    }

    init(_ error: MessageDraftError) {
        switch error {
        case .field(let field): self.init(field)
        case .badKey: self.init(.badRequest, "The field \"key\" must have 1 to 255 printable ASCII characters.")
        case .tooManyTags(let countMax, let bytesMax):
            self.init(.limitExceeded, "The field \"tags\" may have \(countMax) tags and \(bytesMax) bytes.")
        case .bodyTooLarge(let bytes, let bytesMax):
            self.init(.limitExceeded, "The body has \(bytes) bytes; \(bytesMax) are allowed.")
        }
    }

    init(_ code: ErrorCode, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// The data `{"to","body","key","replyTo","tags","expiresAt","priority","durability"}`.
struct RPCPublishRequest {
    let to: String
    let draft: MessageDraft
    let durability: Durability

    init(_ data: ByteBuffer, limits: Limits) throws(RPCError) {
        let fields = try Self.fields(data)
        do throws(JSONFieldError) {
            self.to = try fields.require("to", fields.string("to"))
            let level = try fields.string("durability") ?? Durability.synced.name
            guard let durability = Durability(name: level)
            else { throw .wrong("durability", expected: "\"synced\", \"written\" or \"memory\"") }
            self.durability = durability
        } catch {
            throw RPCError(error)
        }
        do throws(MessageDraftError) {
            self.draft = try MessageDraft(fields, limits: limits)
        } catch {
            throw RPCError(error)
        }
    }

    private static func fields(_ data: ByteBuffer) throws(RPCError) -> JSONFields {
        try RPCError.reading { () throws(JSONFieldError) in
            try JSONFields(data, known: MessageDraft.fieldNames + ["to", "durability"])
        }
    }
}

/// The data `{"in","delivered","read"}`.
struct AcknowledgeRequest {
    let mailbox: Address
    let delivered: Seq?
    let read: Seq?

    init(_ data: ByteBuffer) throws(RPCError) {
        let seqs = 0...MessageDraft.integerMax
        (self.mailbox, self.delivered, self.read) = try RPCError.reading { () throws(JSONFieldError) in
            let fields = try JSONFields(data, known: ["in", "delivered", "read"])
            let delivered = try fields.integer("delivered", in: seqs).map { Seq(rawValue: UInt64($0)) }
            let read = try fields.integer("read", in: seqs).map { Seq(rawValue: UInt64($0)) }
            guard delivered != nil || read != nil else { throw .missing("read") }
            return (try fields.mailbox(), delivered, read)
        }
    }
}

/// The data `{"in"}`.
struct TypingRequest {
    let mailbox: Address

    init(_ data: ByteBuffer) throws(RPCError) {
        self.mailbox = try RPCError.reading { () throws(JSONFieldError) in
            try JSONFields(data, known: ["in"]).mailbox()
        }
    }
}

/// The data `{"before","limit"}`.
struct ChatsRequest {
    static let limitDefault = 50
    static let limitMax: Int64 = 1000

    let before: ChatCursor?
    let limit: Int

    init(_ data: ByteBuffer) throws(RPCError) {
        (self.before, self.limit) = try RPCError.reading { () throws(JSONFieldError) in
            let fields = try JSONFields(data, known: ["before", "limit"])
            let text = try fields.string("before")
            let cursor = text.flatMap { ChatCursor($0) }
            guard text == nil || cursor != nil
            else { throw .wrong("before", expected: "the \"next\" of an earlier answer") }
            return (cursor, Int(try fields.integer("limit", in: 1...Self.limitMax) ?? Int64(Self.limitDefault)))
        }
    }
}

extension RPCError {
    fileprivate static func reading<Value>(
        _ body: () throws(JSONFieldError) -> Value
    ) throws(RPCError) -> Value {
        do throws(JSONFieldError) {
            return try body()
        } catch {
            throw RPCError(error)
        }
    }
}

extension JSONFields {
    fileprivate func mailbox() throws(JSONFieldError) -> Address {
        guard let mailbox = Address(try self.require("in", self.string("in")))
        else { throw .wrong("in", expected: "an address, as group:7") }
        return mailbox
    }
}
