internal import Engine
internal import Policies
internal import Primitives

/// What a driver does not want to hear of now (D9), by tag or item.
struct SnoozeDocument: Codable, Equatable, Sendable {
    /// Tags and items that are remembered, the newest.
    static let countMax = 200

    struct Entry: Codable, Equatable, Sendable {
        /// Nil for an item.
        var tag: String?
        var item: String?
        var until: Int64
    }

    var entries: [Entry] = []

    init() {}

    /// Reads a document; an unreadable one says nothing.
    init(_ document: Document) {
        self = DocumentJSON.decode(SnoozeDocument.self, from: document.value) ?? SnoozeDocument()
    }

    /// What the policy is told.
    var snoozes: [Recipient.Snooze] {
        self.entries.compactMap { entry in
            let until = Timestamp(rawValue: entry.until)
            if let tag = entry.tag { return Recipient.Snooze(.tag(NameHash(tag)), until: until) }
            return entry.item.map { Recipient.Snooze(.message($0), until: until) }
        }
    }

    /// Adds entries, and forgets what is over.
    mutating func add(_ entries: [Entry], at now: Timestamp) {
        self.entries.removeAll { known in
            known.until <= now.rawValue || entries.contains { $0.tag == known.tag && $0.item == known.item }
        }
        self.entries += entries
        self.entries.removeFirst(max(0, self.entries.count - Self.countMax))
    }

    var encoded: [UInt8] { DocumentJSON.encode(self) }
}
