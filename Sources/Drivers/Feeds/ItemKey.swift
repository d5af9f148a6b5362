internal import Engine
internal import Policies
internal import Primitives

/// What a producer's key stands for: written before the item, so that a repeated request goes on where it ended.
struct ItemKey: Codable, Equatable, Sendable {
    var id: String
    /// A sum over all that the item says and whom it goes to.
    var fingerprint: UInt64
    var createdAt: Int64

    init(id: String, fingerprint: UInt64, createdAt: Int64) {
        self.id = id
        self.fingerprint = fingerprint
        self.createdAt = createdAt
    }

    /// Reads a document; nil when it is none.
    init?(_ document: Document) {
        guard let key = DocumentJSON.decode(ItemKey.self, from: document.value) else { return nil }
        self = key
    }

    var encoded: [UInt8] { DocumentJSON.encode(self) }

    static func fingerprint(of draft: FeedItem, _ target: FeedItem.Target) -> UInt64 {
        var parts = [String(decoding: draft.encoded, as: UTF8.self)]
        switch target {
        case .drivers(let ids): parts += ["drivers"] + ids
        case .channel(let id): parts += ["channel", id]
        case .predicate(let json):
            var copy = draft
            copy.predicate = json
            parts += ["predicate", String(decoding: copy.encoded, as: UTF8.self)]
        }
        return ContentHash(of: parts).rawValue
    }

    /// An id that nobody guesses.
    static func newID() -> String {
        var generator = SystemRandomNumberGenerator()
        let high = UInt64.random(in: 1 << 60 ... .max, using: &generator)
        let low = UInt32.random(in: 1 << 28 ... .max, using: &generator)
        return String(high, radix: 16) + String(low, radix: 16)
    }
}
