/// What an address names (PROTOCOL "Addresses").
package enum AddressKind: UInt8, Sendable, CaseIterable {
    case user = 1
    case driver, device, direct, group, channel

    /// The word before the colon.
    package var name: String {
        switch self {
        case .user: "user"
        case .driver: "driver"
        case .device: "device"
        case .direct: "direct"
        case .group: "group"
        case .channel: "channel"
        }
    }

    /// The kind with this name, or nil.
    package init?(name: some StringProtocol) {
        guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }
}

/// `kind:id`: where a message goes to or comes from.
///
/// The id has 1–128 bytes of `A-Z a-z 0-9 . _ - ~`; the id of a direct chat is two user ids in byte order, joined by
/// `~`, so such a user id has no `~` of its own.
package struct Address: Hashable, Sendable, CustomStringConvertible {
    package static let idBytesMax = 128

    package let kind: AddressKind
    package let id: String

    /// Reads `kind:id`, or returns nil when it is not an address.
    package init?(_ text: some StringProtocol) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), let kind = AddressKind(name: text[..<colon])
        else { return nil }
        self.init(kind: kind, id: String(text[text.index(after: colon)...]))
    }

    /// The address of a kind and an id, or nil when the id is not one.
    package init?(kind: AddressKind, id: String) {
        guard kind == .direct ? Self.isDirectID(id) : Self.isID(id) else { return nil }
        self.kind = kind
        self.id = id
    }

    /// An address that was valid when it was written: from the journal, a snapshot, or made here.
    package init(trusted kind: AddressKind, id: String) {
        self.kind = kind
        self.id = id
    }

    /// The direct chat of two users, or nil when an id is not fit for one.
    package static func direct(_ one: String, _ other: String) -> Address? {
        let (first, second) = one.utf8.lexicographicallyPrecedes(other.utf8) ? (one, other) : (other, one)
        return Address(kind: .direct, id: "\(first)~\(second)")
    }

    package var description: String { "\(self.kind.name):\(self.id)" }

    /// The two users of a direct chat; empty for any other kind.
    package var directUserIDs: [String] {
        guard self.kind == .direct else { return [] }
        return self.id.split(separator: "~", maxSplits: 1).map(String.init)
    }

    /// Whether this is the id of anything but a direct chat.
    package static func isID(_ id: String) -> Bool {
        (1...Self.idBytesMax).contains(id.utf8.count) && id.utf8.allSatisfy(Self.isIDByte)
    }

    private static func isDirectID(_ id: String) -> Bool {
        let users = id.split(separator: "~", omittingEmptySubsequences: false)
        guard users.count == 2, users.allSatisfy({ Self.isID(String($0)) }) else { return false }
        // A chat with oneself is written `a~a`.
        return !users[1].utf8.lexicographicallyPrecedes(users[0].utf8)
    }

    private static func isIDByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
