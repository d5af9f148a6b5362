import Engine
import Primitives

/// The state's hash at positions of the journal, to be compared with what a recovery brings back.
struct Hashes {
    /// By shard: its hash as it was at a position.
    private var parts: [(position: JournalPosition, hash: StateHash)?] = []
    /// The position that was looked at last.
    private var newest: JournalPosition?
    private var samples: [JournalPosition: StateHash] = [:]
    /// The positions of all samples, in order, and when they were taken.
    private var moments: [(position: JournalPosition, time: Timestamp)] = []

    /// The whole state's hash now, and its position; shards that have not moved are not hashed again.
    private mutating func take(_ engine: Engine) -> (position: JournalPosition, hash: StateHash) {
        if self.parts.count != engine.shardCount { self.parts = Array(repeating: nil, count: engine.shardCount) }
        var position = JournalPosition.zero, sum = StateHash()
        for shard in 0..<engine.shardCount {
            let found = engine.look(at: shard, known: self.parts[shard]?.position)
            if let hash = found.hash { self.parts[shard] = (found.position, hash) }
            position = max(position, found.position)
            if let part = self.parts[shard] { sum.add(part.hash) }
        }
        return (position, sum)
    }

    /// Remembers the present state.
    mutating func sample(_ world: World) {
        // After a failure the state may be ahead of the journal.
        guard let engine = world.engine, world.failure == nil else { return }
        let (position, hash) = self.take(engine)
        guard position != self.newest else {
            world.judge.expect(self.samples[position] == hash, .sameHash, "two states at \(position)")
            return
        }
        self.newest = position
        self.samples[position] = hash
        self.moments.append((position, world.time.now()))
    }

    /// One of the positions that were looked at.
    func moment(
        notAfter last: JournalPosition,
        _ random: SharedGenerator
    ) -> (position: JournalPosition, hash: StateHash, time: Timestamp)? {
        let count = self.moments.count { $0.position <= last }
        guard count > 0 else { return nil }
        let moment = self.moments[random.number(0..<count)]
        return self.samples[moment.position].map { (moment.position, $0, moment.time) }
    }

    /// Whether another engine's state may be the one at this position.
    func allow(_ engine: Engine, at position: JournalPosition) -> Bool {
        guard let known = self.samples[position] else { return true }
        var sum = StateHash()
        for shard in 0..<engine.shardCount {
            if let hash = engine.look(at: shard, known: nil).hash { sum.add(hash) }
        }
        return known == sum
    }

    /// Compares a recovered state with the one that was there at that position, if it was looked at.
    mutating func compare(_ world: World, at last: JournalPosition) {
        guard let engine = world.engine else { return }
        self.parts = []
        let (_, hash) = self.take(engine)
        world.trace.note(20, last.rawValue, "the state's hash is \(hash)")
        if let known = self.samples[last] {
            world.counts.comparedHashes += 1
            world.judge.expect(known == hash, .sameHash, "at \(last): \(known), then \(hash)")
        }
        // What comes after it was forgotten.
        while let newest = self.moments.last, newest.position > last {
            self.samples[newest.position] = nil
            self.moments.removeLast()
        }
        self.newest = nil
        world.lastHash = hash
    }
}
