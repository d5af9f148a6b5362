import Primitives

/// The sessions of one loop that follow one mailbox: what a broadcast runs over.
struct Roster: Sendable {
    struct Entry: BitwiseCopyable, Sendable {
        var slot: UInt32
        var variant: FrameVariant
    }

    private(set) var entries = ContiguousArray<Entry>()

    var isEmpty: Bool { self.entries.isEmpty }

    /// Adds a session and returns its place.
    mutating func append(_ entry: Entry) -> Int {
        self.entries.append(entry)
        return self.entries.count - 1
    }

    /// Takes the session at a place out; the last one moves there, and its slot is returned when that was another.
    mutating func remove(at place: Int) -> UInt32? {
        let last = self.entries.removeLast()
        guard place < self.entries.count else { return nil }
        self.entries[place] = last
        return last.slot
    }
}
