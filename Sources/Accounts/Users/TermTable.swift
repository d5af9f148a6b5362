/// A sorted table of (term, user), for prefix searches among millions.
///
/// Chunks of at most 512 entries: an insertion moves one chunk's tail (6 KiB on average) and never the whole table.
/// Search is O(log n) and then O(1) per entry; an entry has 24 bytes, and longer terms their own storage.
struct TermTable: Sendable {
    struct Entry: Sendable {
        var term: String
        var user: UInt32
    }

    /// A place between entries.
    struct Position: Equatable {
        var chunk: Int
        var index: Int
    }

    private static let chunkMax = 512

    private var chunks: [[Entry]] = []
    private(set) var count = 0

    /// Inserts an entry; `precedes` breaks ties between users with the same term.
    mutating func insert(_ entry: Entry, precedes: (UInt32, UInt32) -> Bool) {
        self.count += 1
        guard !self.chunks.isEmpty else {
            self.chunks = [[entry]]
            return
        }
        func isBefore(_ other: Entry) -> Bool {
            Self.less(other.term, entry.term) || (other.term == entry.term && precedes(other.user, entry.user))
        }
        let chunk = max(0, self.chunkCount { isBefore($0[0]) } - 1)
        let index = Self.partition(self.chunks[chunk], isBefore)
        self.chunks[chunk].insert(entry, at: index)
        guard self.chunks[chunk].count > Self.chunkMax else { return }
        let half = Array(self.chunks[chunk][(Self.chunkMax / 2)...])
        self.chunks[chunk].removeSubrange((Self.chunkMax / 2)...)
        self.chunks.insert(half, at: chunk + 1)
    }

    /// Removes the entry of a user under a term.
    mutating func remove(_ term: String, user: UInt32) {
        var position = self.firstPosition { Self.less($0.term, term) }
        while let entry = self[position], entry.term == term {
            guard entry.user != user else {
                self.chunks[position.chunk].remove(at: position.index)
                if self.chunks[position.chunk].isEmpty { self.chunks.remove(at: position.chunk) }
                self.count -= 1
                return
            }
            position = self.next(position)
        }
    }

    /// The first position whose entry is not before what is looked for.
    func firstPosition(where isBefore: (Entry) -> Bool) -> Position {
        let chunk = max(0, self.chunkCount { isBefore($0[0]) } - 1)
        guard chunk < self.chunks.count else { return Position(chunk: 0, index: 0) }
        return self.normalised(Position(chunk: chunk, index: Self.partition(self.chunks[chunk], isBefore)))
    }

    /// The entry at a position, or nil at the end.
    subscript(position: Position) -> Entry? {
        guard position.chunk < self.chunks.count, position.index < self.chunks[position.chunk].count else { return nil }
        return self.chunks[position.chunk][position.index]
    }

    func next(_ position: Position) -> Position {
        self.normalised(Position(chunk: position.chunk, index: position.index + 1))
    }

    /// Byte order, which is also the order of code points.
    static func less(_ one: String, _ other: String) -> Bool { one.utf8.lexicographicallyPrecedes(other.utf8) }

    private func normalised(_ position: Position) -> Position {
        guard position.chunk < self.chunks.count, position.index == self.chunks[position.chunk].count
        else { return position }
        return Position(chunk: position.chunk + 1, index: 0)
    }

    private func chunkCount(where isBefore: ([Entry]) -> Bool) -> Int {
        var low = 0
        var high = self.chunks.count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(self.chunks[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func partition(_ chunk: [Entry], _ isBefore: (Entry) -> Bool) -> Int {
        var low = 0
        var high = chunk.count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(chunk[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
