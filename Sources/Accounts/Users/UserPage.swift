/// A place in a search's order, opaque to clients.
package struct UserCursor: Equatable, Sendable {
    let term: String
    let id: String

    init(term: String, id: String) {
        self.term = term
        self.id = id
    }

    /// Reads what `text` writes, or returns nil.
    package init?(_ text: String) {
        guard let bytes = TextCodes.decodeBase64URL(text), let end = bytes.firstIndex(of: 0) else { return nil }
        self.term = String(decoding: bytes[..<end], as: UTF8.self)
        self.id = String(decoding: bytes[(end + 1)...], as: UTF8.self)
    }

    /// As it travels in `next` and `after`.
    package var text: String { TextCodes.base64URL(Array(self.term.utf8) + [0] + Array(self.id.utf8)) }
}

/// A page of a search.
package struct UserPage: Equatable, Sendable {
    package var users: [User]
    /// Where the next page begins; nil when there is none.
    package var next: UserCursor?
}
