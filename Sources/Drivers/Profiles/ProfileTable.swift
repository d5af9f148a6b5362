internal import Engine
internal import Policies
internal import Primitives
internal import Synchronization

/// Which chats each driver has: computed once for each state of his profile and of the configuration.
///
/// Divided by drivers, so that calls on several loops seldom meet; a part that is full forgets all it knows.
final class ProfileTable: Sendable {
    private static let partCount = 64
    private static let entriesMax = 1 << 15

    private struct Entry {
        var profileVersion: UInt64
        var chatsVersion: UInt64
        var availability: UInt64
    }

    private final class Part: Sendable {
        let entries = Mutex<[String: Entry]>([:])
    }

    private let parts = (0..<ProfileTable.partCount).map { _ in Part() }

    /// The chats that a driver with this profile has.
    func availability(of driver: Address, _ profile: Document?, in sheet: ChatSheet) -> UInt64 {
        let chatsVersion = sheet.version, profileVersion = profile?.version ?? 0
        let part = self.parts[driver.description.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & (Self.partCount - 1) }]
        let known = part.entries.withLock { $0[driver.description] }
        if let known, known.profileVersion == profileVersion, known.chatsVersion == chatsVersion {
            return known.availability
        }
        let availability = sheet.chats.availability(for: driver, profile?.attributes ?? [:])
        let entry = Entry(
            profileVersion: profileVersion,
            chatsVersion: chatsVersion,
            availability: availability
        )
        part.entries.withLock { entries in
            if entries.count >= Self.entriesMax { entries.removeAll() }
            entries[driver.description] = entry
        }
        return availability
    }
}

extension Document {
    /// A profile's attributes; none when it is no object.
    var attributes: [String: JSONValue] {
        guard case .object(let attributes)? = DocumentJSON.decode(JSONValue.self, from: self.value)
        else { return [:] }
        return attributes
    }
}
