internal import HTTPTypes
internal import Messenger

extension HTTPField.Name {
    static let idempotencyKey = HTTPField.Name("Idempotency-Key") ?? .ifMatch
}

/// The key by which a repeated request is known again.
enum IdempotencyKey {
    /// The header's value; nil when it is not sent.
    static func header(_ headers: HTTPFields) throws(Problem) -> String? {
        let values = headers[values: .idempotencyKey]
        guard let value = values.first else { return nil }
        guard values.count == 1, MessageDraft.isKey(value), !value.contains(" ") else {
            throw Problem(.badRequest, "The Idempotency-Key must be one value of 1 to 255 visible ASCII characters.")
        }
        return value
    }

    /// The field `key` of a message and the header are the same thing.
    static func agreed(field: String?, headers: HTTPFields) throws(Problem) -> String? {
        let header = try self.header(headers)
        guard let field else { return header }
        guard header == nil || header == field else {
            throw Problem(.badRequest, "The field \"key\" and the header Idempotency-Key differ.")
        }
        return field
    }
}
