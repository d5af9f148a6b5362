/// What an address names (PROTOCOL "Addresses").
package enum AddressKind: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case user = 1
    case driver, device, direct, group, channel

    /// The word before the colon.
    package var name: String { String("\(self.prefix)".dropLast()) }

    /// The word and the colon.
    package var prefix: StaticString {
        switch self {
        case .user: "user:"
        case .driver: "driver:"
        case .device: "device:"
        case .direct: "direct:"
        case .group: "group:"
        case .channel: "channel:"
        }
    }

    /// The kind whose word and colon stand first in a text, or nil.
    init?(before id: UnsafeBufferPointer<UInt8>) {
        for kind in Self.allCases {
            let prefix = kind.prefix, count = prefix.utf8CodeUnitCount
            guard unsafe id.prefix(count).elementsEqual(UnsafeBufferPointer(start: prefix.utf8Start, count: count))
            else { continue }
            self = kind
            return
        }
        return nil
    }
}

/// `kind:id`: where a message goes to or comes from.
///
/// The id has 1–128 bytes of `A-Z a-z 0-9 . _ - ~`; the id of a direct chat is two user ids in byte order, joined by
/// `~`, so such a user id has no `~` of its own.
package struct Address: Hashable, Sendable, CustomStringConvertible {
    package static let idBytesMax = 128

    package let kind: AddressKind
    /// The whole text: kept, for it is asked for at every step of a message's way.
    package let description: String

    /// What stands behind the colon.
    package var id: String { String(self.description.utf8.dropFirst(self.kind.prefix.utf8CodeUnitCount)) ?? "" }

    /// Lends the UTF-8 of what stands behind the colon.
    package func withID(_ body: (RawSpan) -> Void) {
        var text = self.description
        text.withUTF8 { bytes in
            let id = unsafe UnsafeBufferPointer(rebasing: bytes[self.kind.prefix.utf8CodeUnitCount...])
            unsafe body(UnsafeRawBufferPointer(id).bytes)
        }
    }

    /// Reads `kind:id`, or returns nil when it is not an address.
    package init?(_ text: String) {
        var text = text
        let kind = text.withUTF8 { bytes -> AddressKind? in
            guard let kind = unsafe AddressKind(before: bytes) else { return nil }
            let id = unsafe UnsafeBufferPointer(rebasing: bytes[kind.prefix.utf8CodeUnitCount...])
            return unsafe (kind == .direct ? Self.isDirectID(id) : Self.isID(id)) ? kind : nil
        }
        guard let kind else { return nil }
        self.kind = kind
        self.description = text
    }

    /// Reads `kind:id`, or returns nil when it is not an address.
    package init?(_ text: Substring) { self.init(String(text)) }

    /// The address of a kind and an id, or nil when the id is not one.
    package init?(kind: AddressKind, id: String) { self.init("\(kind.prefix)\(id)") }

    /// An address that was valid when it was written: from the journal, a snapshot, or made here.
    package init(trusted kind: AddressKind, id: String) {
        self.kind = kind
        self.description = "\(kind.prefix)\(id)"
    }

    /// Reads an address that was valid when it was written, or returns nil when its kind is none.
    package init?(trusted text: String) {
        var text = text
        guard let kind = text.withUTF8({ unsafe AddressKind(before: $0) }) else { return nil }
        self.kind = kind
        self.description = text
    }

    package static func == (left: Address, right: Address) -> Bool { left.description == right.description }

    package func hash(into hasher: inout Hasher) { self.description.hash(into: &hasher) }

    /// The direct chat of two users, or nil when an id is not fit for one.
    package static func direct(_ one: String, _ other: String) -> Address? {
        let (first, second) = one.utf8.lexicographicallyPrecedes(other.utf8) ? (one, other) : (other, one)
        return Address(kind: .direct, id: "\(first)~\(second)")
    }

    /// The two users of a direct chat; empty for any other kind.
    package var directUserIDs: [String] {
        guard self.kind == .direct else { return [] }
        let bytes = self.description.utf8
        let first = bytes.index(bytes.startIndex, offsetBy: self.kind.prefix.utf8CodeUnitCount)
        guard let mark = bytes[first...].firstIndex(of: UInt8(ascii: "~")) else { return [self.id] }
        return [String(self.description[first..<mark]), String(self.description[bytes.index(after: mark)...])]
    }

    /// Whether this is the id of anything but a direct chat.
    package static func isID(_ id: String) -> Bool {
        var id = id
        return id.withUTF8 { unsafe Self.isID($0) }
    }

    private static func isID(_ id: some Collection<UInt8>) -> Bool {
        (1...Self.idBytesMax).contains(id.count) && id.allSatisfy(Self.isIDByte)
    }

    private static func isDirectID(_ id: UnsafeBufferPointer<UInt8>) -> Bool {
        let users = unsafe id.split(separator: UInt8(ascii: "~"), omittingEmptySubsequences: false)
        guard unsafe users.count == 2, unsafe users.allSatisfy({ unsafe Self.isID($0) }) else { return false }
        // A chat with oneself is written `a~a`.
        return unsafe !users[1].lexicographicallyPrecedes(users[0])
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
