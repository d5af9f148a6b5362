internal import Primitives

/// A file's content: as it reads, as it is on the disk, and what each sector went through in between.
struct SimulatedInode {
    static let sectorBytes = 512

    /// As it reads now.
    private(set) var cached: [UInt8] = []
    /// As the last sync left it.
    private(set) var durable: [UInt8] = []
    /// The states of each sector written since the last sync, oldest first; shorter than a sector at the file's end.
    private(set) var dirty: [Int: [[UInt8]]] = [:]

    init() {}

    init(_ bytes: [UInt8]) {
        self.cached = bytes
        self.durable = bytes
    }

    mutating func write(_ bytes: some Collection<UInt8>, at offset: Int) {
        guard !bytes.isEmpty else { return }
        let end = offset + bytes.count
        if self.cached.count < end {
            self.cached.append(contentsOf: repeatElement(0, count: end - self.cached.count))
        }
        self.cached.replaceSubrange(offset..<end, with: bytes)
        for sector in offset / Self.sectorBytes...(end - 1) / Self.sectorBytes {
            let start = sector * Self.sectorBytes
            let state = Array(self.cached[start..<min(start + Self.sectorBytes, self.cached.count)])
            self.dirty[sector, default: []].append(state)
        }
    }

    mutating func truncate(to size: Int) {
        if size < self.cached.count {
            // A cut is not reordered with what was written before it.
            self.sync()
            self.cached.removeSubrange(size...)
            self.durable.removeSubrange(size...)
        } else if size > self.cached.count {
            self.write([UInt8](repeating: 0, count: size - self.cached.count), at: self.cached.count)
        }
    }

    /// Brings the size and the dirty sectors to the disk; those that a failed sync gave up are not dirty.
    mutating func sync() {
        let growth = self.cached.count - self.durable.count
        if growth > 0 { self.durable.append(contentsOf: repeatElement(0, count: growth)) }
        for sector in self.dirty.keys {
            let start = sector * Self.sectorBytes
            let range = start..<min(start + Self.sectorBytes, self.cached.count)
            self.durable.replaceSubrange(range, with: self.cached[range])
        }
        self.dirty = [:]
    }

    /// A part of what was dirty is on the disk; the rest will never be.
    mutating func syncFailed(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        self.durable = self.afterCrash(using: &generator)
        self.dirty = [:]
    }

    /// What is on the disk after a power cut.
    func afterCrash(using generator: inout SeededGenerator) -> [UInt8] {
        var found = self.durable
        if self.cached.count > found.count {
            let grown = Int.random(in: found.count...self.cached.count, using: &generator)
            found.append(contentsOf: repeatElement(0, count: grown - found.count))
        }
        for sector in self.dirty.keys.sorted() {
            guard let states = self.dirty[sector] else { continue }
            let choice = Int.random(in: 0...states.count, using: &generator)
            guard choice > 0 else { continue }
            let start = sector * Self.sectorBytes
            let state = states[choice - 1].prefix(max(0, found.count - start))
            if !state.isEmpty { found.replaceSubrange(start..<start + state.count, with: state) }
        }
        return found
    }

    mutating func flipBit(offset: Int, bit: Int) {
        if offset < self.cached.count { self.cached[offset] ^= 1 << UInt8(bit) }
        if offset < self.durable.count { self.durable[offset] ^= 1 << UInt8(bit) }
    }
}
