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
    /// Mailboxes, by bits, whose messages ask for less than a sync now and then; none of a driver.
    let weakMailboxes: Int
    /// The disk takes its time, so that more is told before it is synced, where that was asked for.
    let isSlow: Bool
    /// How far back a restore reaches; zero keeps no archive.
    let retained: Duration
    /// Whether files are sealed, from the first start on.
    let isSealed: Bool
    /// Messages of a mailbox in memory; 0 is no bound.
    let hotCountMax: Int

    init(_ random: SharedGenerator) {
        self.loopCount = random.number(1..<4)
        self.shardCount = 1 << random.number(0..<5)
        self.segmentBytes = (24 << 10) << random.number(0..<2)
        self.recoveryCountMax = random.chance(2) ? 10_000 : random.number(5..<40)
        self.outboxBytesMax = 4096 << random.number(0..<4)
        self.weakMailboxes = random.chance(3) ? 0 : random.number(0..<1 << Scenery.drivers.lowerBound)
        self.isSlow = random.chance(3)
        self.isSealed = random.chance(3)
        // Salts are no seed's: sealed segments compress to other sizes each time, and a disk is full by its bytes.
        self.retained = self.isSealed || random.chance(4) ? .zero : .seconds(3600 * random.number(24..<200))
        self.hotCountMax = random.chance(3) ? 0 : random.number(2..<24)
    }

    /// Whether no day's counts are forgotten in a run.
    var keepsDays: Bool { self.outboxBytesMax > 4096 }

    func isWeak(_ mailbox: Int) -> Bool { self.weakMailboxes >> mailbox & 1 != 0 }

    var limits: Limits {
        var limits = Limits()
        limits.recoveryCountMax = self.recoveryCountMax
        limits.outboxBytesMax = self.outboxBytesMax
        limits.lagBytes = self.outboxBytesMax / 8
        limits.statsDays = self.keepsDays ? 1_000 : 2
        return limits
    }
}
