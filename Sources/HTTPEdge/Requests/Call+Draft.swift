internal import Engine
internal import Messenger
internal import Primitives
internal import Wire

extension Call {
    /// The message that a request brings; its `to` stands in the body, or is empty where the path names the mailbox.
    func draft(namesMailbox: Bool, limits: Limits) throws(Problem) -> (to: String, draft: MessageDraft) {
        let known = namesMailbox ? MessageDraft.fieldNames + ["to"] : MessageDraft.fieldNames
        let fields = try RequestFields(self.body, known: known)
        let to = namesMailbox ? try fields.require("to", fields.string("to")) : ""
        var draft: MessageDraft
        do throws(MessageDraftError) {
            draft = try MessageDraft(fields.json, limits: limits)
        } catch {
            throw Problem(error)
        }
        draft.key = try IdempotencyKey.agreed(field: draft.key, headers: self.headers)
        return (to, draft)
    }
}

extension Problem {
    init(_ error: MessageDraftError) {
        switch error {
        case .field(let field): self.init(field)
        case .badKey:
            self.init(.badRequest, "The field \"key\" must have 1 to 255 printable ASCII characters.")
        case .tooManyTags(let countMax, let bytesMax):
            // The description says how many there may be, so that it is a rule that is broken.
            self.init(.badRequest, "The field \"tags\" may have \(countMax) tags and \(bytesMax) bytes.")
        case .bodyTooLarge(let bytes, let bytesMax):
            self.init(EngineError.bodyTooLarge(bytes: bytes, bytesMax: bytesMax))
        }
    }
}
