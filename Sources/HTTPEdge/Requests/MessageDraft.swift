internal import Engine
internal import NIOCore
internal import Primitives

/// A message as a request brings it.
struct MessageDraft {
    /// The largest integer that every JSON reader keeps exact: 2^53 - 1.
    static let integerMax: Int64 = 9_007_199_254_740_991

    /// Empty when the path names the mailbox.
    let to: String
    private let body: ByteBuffer
    private let key: String?
    private let replyTo: Seq?
    private let tags: [MessageTag]
    private let expiresAt: Timestamp?
    private let priority: Int8

    /// Reads the body of a request, whose `to` stands in it or in the path.
    init(_ call: Call, namesMailbox: Bool, limits: Limits) throws(Problem) {
        let known = ["body", "key", "replyTo", "tags", "expiresAt", "priority"]
        let fields = try JSONFields(call.body, known: namesMailbox ? known + ["to"] : known)
        self.to = namesMailbox ? try fields.require("to", fields.string("to")) : ""
        self.body = try fields.require("body", fields.object("body"))
        self.key = try IdempotencyKey.agreed(field: fields.string("key"), headers: call.headers)
        self.replyTo = try fields.integer("replyTo", in: 1...Self.integerMax).map { Seq(rawValue: UInt64($0)) }
        self.tags = try Self.tags(fields, limits)
        self.expiresAt = try fields.integer("expiresAt", in: 1...Self.integerMax).map(Timestamp.init)
        self.priority = Int8(try fields.integer("priority", in: -128...127) ?? 0)
        guard self.body.readableBytes <= limits.bodyBytesMax else {
            throw Problem(
                EngineError.bodyTooLarge(bytes: self.body.readableBytes, bytesMax: limits.bodyBytesMax)
            )
        }
    }

    func command(to mailbox: Address, from sender: Principal) -> PublishCommand {
        PublishCommand(
            to: mailbox,
            from: sender,
            body: self.body,
            key: self.key,
            replyTo: self.replyTo,
            tags: self.tags,
            expiresAt: self.expiresAt,
            priority: self.priority
        )
    }

    private static func tags(_ fields: JSONFields, _ limits: Limits) throws(Problem) -> [MessageTag] {
        guard let map = try fields.stringMap("tags") else { return [] }
        guard map.count <= limits.tagsMax else {
            throw Problem(.badRequest, "The field \"tags\" may have \(limits.tagsMax) tags.")
        }
        let bytes = map.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        guard bytes <= limits.tagBytesMax else {
            throw Problem(.tooLarge, "The field \"tags\" may have \(limits.tagBytesMax) bytes.")
        }
        return map.map(MessageTag.init)
    }
}
