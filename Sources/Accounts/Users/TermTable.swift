/// A sorted table of (term, user), for prefix searches among millions.
///
/// Chunks of at most 512 entries: an insertion moves one chunk's tail (6 KiB on average) and never the whole table.
/// Search is O(log n) and then O(1) per entry; an entry has 32 bytes, and terms over 15 bytes their own storage.
struct TermTable: Sendable {
    /// One term of one user; 32 bytes.
    struct Entry: Sendable {
        let term: String
        let user: UInt32
        /// Of the user's id: users with the same term stand in this order, the same after each restart.
        let tie: UInt32
        /// The first eight bytes of the term: most comparisons end here, without a look at the string.
        let head: UInt64

        init(term: String, user: UInt32, id: String) {
            self.term = term
            self.user = user
            self.tie = Self.tie(id)
            self.head = Self.head(term)
        }

        /// FNV-1a: even, short, and written down, so that a cursor outlives this process.
        static func tie(_ id: String) -> UInt32 {
            id.utf8.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        }

        static func head(_ term: String) -> UInt64 {
            var head: UInt64 = 0
            var count = 0
            for byte in term.utf8.prefix(8) {
                head = head << 8 | UInt64(byte)
                count += 1
            }
            return head << UInt64(8 * (8 - count))
        }
    }

    /// The order of entries: by the bytes of the term, the tie, the id.
    struct Key {
        let term: String
        let id: String
        let tie: UInt32
        let head: UInt64

        init(term: String, id: String) {
            self.term = term
            self.id = id
            self.tie = Entry.tie(id)
            self.head = Entry.head(term)
        }

        /// Whether an entry stands before this key; `idOf` gives a user's id.
        func isAfter(_ entry: Entry, idOf: (UInt32) -> String) -> Bool {
            if entry.head != self.head { return entry.head < self.head }
            switch TermTable.compare(entry.term, self.term) {
            case ..<0: return true
            case 0: break
            default: return false
            }
            if entry.tie != self.tie { return entry.tie < self.tie }
            return TermTable.less(idOf(entry.user), self.id)
        }
    }

    /// A place between entries.
    struct Position: Equatable {
        var chunk: Int
        var index: Int
    }

    private static let chunkMax = 512

    private var chunks: [[Entry]] = []
    private(set) var count = 0

    /// Inserts a term of a user.
    mutating func insert(_ term: String, user: UInt32, id: String, idOf: (UInt32) -> String) {
        self.count += 1
        let entry = Entry(term: term, user: user, id: id)
        guard !self.chunks.isEmpty else {
            self.chunks = [[entry]]
            return
        }
        let key = Key(term: term, id: id)
        let chunk = max(0, self.chunkCount { key.isAfter($0[0], idOf: idOf) } - 1)
        let index = Self.partition(self.chunks[chunk]) { key.isAfter($0, idOf: idOf) }
        self.chunks[chunk].insert(entry, at: index)
        guard self.chunks[chunk].count > Self.chunkMax else { return }
        let half = Array(self.chunks[chunk][(Self.chunkMax / 2)...])
        self.chunks[chunk].removeSubrange((Self.chunkMax / 2)...)
        self.chunks.insert(half, at: chunk + 1)
    }

    /// Removes a term of a user.
    mutating func remove(_ term: String, user: UInt32, id: String, idOf: (UInt32) -> String) {
        let key = Key(term: term, id: id)
        let position = self.firstPosition { key.isAfter($0, idOf: idOf) }
        guard let entry = self[position], entry.user == user, entry.term == term else { return }
        self.chunks[position.chunk].remove(at: position.index)
        if self.chunks[position.chunk].isEmpty { self.chunks.remove(at: position.chunk) }
        self.count -= 1
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
    static func less(_ one: String, _ other: String) -> Bool { Self.compare(one, other) < 0 }

    /// Below, at or above 0 as `one` stands before, at or after `other`.
    private static func compare(_ one: String, _ other: String) -> Int {
        let (left, right) = (one.utf8.span, other.utf8.span)
        for index in 0..<min(left.count, right.count) where left[index] != right[index] {
            return Int(left[index]) - Int(right[index])
        }
        return left.count - right.count
    }

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
