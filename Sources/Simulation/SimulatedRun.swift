package import Primitives

/// What a run did.
package struct RunCounts: Equatable, Sendable {
    package var acknowledged = 0
    package var refused = 0
    package var crashes = 0
    package var snapshots = 0
    package var audits = 0
    /// Recoveries whose state was compared with the same position's before.
    package var comparedHashes = 0

    /// Clean stops.
    package var stops = 0
    /// Copies that were brought back to an earlier position.
    package var restores = 0
    /// Items that came to their drivers, and those that were taken back.
    package var items = 0
    package var withdrawals = 0
    /// Batches of messages that left memory.
    package var offloads = 0
    /// Times that a session fell behind in a mailbox, and went on from its log.
    package var lags = 0
    /// Openings of a sealed directory without its key.
    package var keyTrials = 0
    /// Messages that were told before they were synced, and went with a crash.
    package var lost = 0
    /// Clients that found a new epoch.
    package var renewals = 0

    /// Bits that were changed, and how many of those in the journal kept an engine from starting.
    package var damages = 0
    package var refusedDamages = 0

    package init() {}
}

/// One run: everything in it follows from its seed.
package struct SimulatedRun: Equatable, Sendable {
    package var seed: UInt64
    /// Steps done; less than asked for when a promise was broken.
    package var steps: Int
    /// One number over all that happened: equal for equal runs.
    package var digest: UInt64
    /// The state's hash at the end.
    package var hash: StateHash
    package var counts: RunCounts
    package var broken: BrokenPromise?
    /// The last lines of what happened, when they were asked for.
    package var trace: [String]

    /// What is done to a run to see that it is noticed.
    package enum Sabotage: Sendable {
        /// The book is told of a message that nobody sent.
        case forgedMessage
        /// The book is told that what was acknowledged is another message.
        case swappedMessage
        /// The disk keeps nothing that was synced.
        case forgetfulDisk
        /// A killed engine left word that nothing is lost.
        case falseSettlement
        /// A document is changed, and the book does not know.
        case changedDocument
        /// A task that was done is scheduled again, and the book does not know.
        case repeatedTask
        /// An item that never came is sent past the door.
        case smuggledItem
        /// A mark is taken for acknowledged that nobody made.
        case forgedMark
        /// A copy is taken for held that is not.
        case forgedHold
        /// Somebody is there who is none of the clients.
        case stranger
        /// The network loses what it was given last, and goes on.
        case lossyNetwork
        /// Restores forget which keys were used.
        case forgetfulRestore
        /// Who tries without the key has it.
        case leakedKey
        /// The cold store forgets what was put first.
        case lostBlocks
    }

    /// Makes the run of a seed; with `isTraced` it tells of its last steps.
    package static func make(
        seed: UInt64,
        steps: Int,
        isTraced: Bool = false,
        sabotage: Sabotage? = nil,
        progress: (Int) -> Void = { _ in }
    ) -> SimulatedRun {
        let world = World(seed: seed, isTraced: isTraced)
        world.restart(on: world.disk, after: .settled)
        for step in 0..<steps {
            guard world.judge.broken == nil else { break }
            if let sabotage, step == steps / 2 { world.spoil(sabotage) }
            world.step()
            if step.isMultiple(of: 4096) { progress(step) }
        }
        world.finish()
        world.leave()
        world.counts.lost = world.book.lostCount
        return SimulatedRun(
            seed: seed,
            steps: world.trace.step,
            digest: world.trace.digest,
            hash: world.lastHash,
            counts: world.counts,
            broken: world.judge.broken,
            trace: world.trace.lines
        )
    }
}

extension RunCounts {
    /// Adds another run's.
    package mutating func add(_ other: RunCounts) {
        self.acknowledged += other.acknowledged
        self.refused += other.refused
        self.crashes += other.crashes
        self.snapshots += other.snapshots
        self.audits += other.audits
        self.comparedHashes += other.comparedHashes
        self.stops += other.stops
        self.restores += other.restores
        self.items += other.items
        self.withdrawals += other.withdrawals
        self.offloads += other.offloads
        self.lags += other.lags
        self.keyTrials += other.keyTrials
        self.lost += other.lost
        self.renewals += other.renewals
        self.damages += other.damages
        self.refusedDamages += other.refusedDamages
    }
}
