/// A set of documents of one sort: users, keys, tokens.
package struct DocumentCollection: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    /// What is known of users, drivers and devices, by address: attributes that outside systems attach.
    package static let profiles = DocumentCollection(rawValue: "profiles")
    /// What a driver does not want to hear of now, by address.
    package static let snoozes = DocumentCollection(rawValue: "snoozes")

    /// Keyed by an address, and kept where its mailbox is, so that what is decided there sees both at once.
    var liesWithMailbox: Bool { self == .profiles || self == .snoozes }
}

/// A small journaled value by collection and key, with a version for compare-and-set.
package struct Document: Equatable, Sendable {
    package var collection: DocumentCollection
    package var key: String
    /// 1 at creation, then +1 with each put.
    package var version: UInt64
    package var value: [UInt8]

    package init(collection: DocumentCollection, key: String, version: UInt64, value: [UInt8]) {
        self.collection = collection
        self.key = key
        self.version = version
        self.value = value
    }
}

/// What a put or delete expects to find.
package enum DocumentExpectation: Equatable, Sendable {
    case anything
    case absent
    case version(UInt64)
}

/// What became of a document, told to observers after it is durable, and once for each document at recovery.
package enum DocumentChange: Equatable, Sendable {
    case put(Document)
    case deleted(collection: DocumentCollection, key: String)
}
