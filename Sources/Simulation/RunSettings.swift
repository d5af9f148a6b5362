import Primitives

/// The sizes of a run, drawn from its seed: small, so that every bound is met.
struct RunSettings {
    let loopCount: Int
    let shardCount: Int
    let segmentBytes: Int
    /// How many messages one recovery of a session replays.
    let recoveryCountMax: Int
    /// Bytes that wait for one client.
    let outboxBytesMax: Int

    init(_ random: SharedGenerator) {
        self.loopCount = random.number(1..<4)
        self.shardCount = 1 << random.number(0..<5)
        self.segmentBytes = (24 << 10) << random.number(0..<2)
        self.recoveryCountMax = random.chance(2) ? 10_000 : random.number(5..<40)
        self.outboxBytesMax = 4096 << random.number(0..<4)
    }

    var limits: Limits {
        var limits = Limits()
        limits.recoveryCountMax = self.recoveryCountMax
        limits.outboxBytesMax = self.outboxBytesMax
        return limits
    }
}
