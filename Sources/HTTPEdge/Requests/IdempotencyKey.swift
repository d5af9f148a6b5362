internal import HTTPTypes

extension HTTPField.Name {
    static let idempotencyKey = HTTPField.Name("Idempotency-Key") ?? .ifMatch
}

/// The key by which a repeated request is known again.
enum IdempotencyKey {
    static let bytesMax = 255

    /// The header's value; nil when it is not sent.
    static func header(_ headers: HTTPFields) throws(Problem) -> String? {
        let values = headers[values: .idempotencyKey]
        guard let value = values.first else { return nil }
        guard values.count == 1, self.isKey(value, from: 0x21) else {
            throw Problem(.badRequest, "The Idempotency-Key must be one value of 1 to 255 visible ASCII characters.")
        }
        return value
    }

    /// The field `key` of a message and the header are the same thing.
    static func agreed(field: String?, headers: HTTPFields) throws(Problem) -> String? {
        let header = try self.header(headers)
        guard let field else { return header }
        guard self.isKey(field, from: 0x20) else {
            throw Problem(.badRequest, "The field \"key\" must have 1 to 255 printable ASCII characters.")
        }
        guard header == nil || header == field else {
            throw Problem(.badRequest, "The field \"key\" and the header Idempotency-Key differ.")
        }
        return field
    }

    private static func isKey(_ text: String, from lowest: UInt8) -> Bool {
        (1...self.bytesMax).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= lowest && $0 < 0x7F }
    }
}
