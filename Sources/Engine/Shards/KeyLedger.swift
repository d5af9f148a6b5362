import Primitives
import Synchronization

/// Which mailbox each idempotency key was used with, over all shards: a key stands for one content (E3).
///
/// A mailbox's own shard knows what a key stands for there, durably. This index, derived from all of them, keeps the
/// same key from being used with another mailbox. Locks are striped; a claim takes well under a microsecond.
final class KeyLedger: Sendable {
    /// A key that was claimed for a command; given back when the command is refused.
    struct Claim: Sendable {
        fileprivate var key: Key
    }

    fileprivate struct Key: Hashable, Sendable {
        var scope: String
        var key: String
    }

    private struct Entry: Sendable {
        var mailbox: Address
        var at: Timestamp
        /// Commands that used the key and were not refused.
        var holders = 1
    }

    private static let stripeCount = 64
    private let stripes: [Stripe]
    private let window: Duration
    private let time: any TimeSource

    private final class Stripe: Sendable {
        let entries = Mutex<[Key: Entry]>([:])
        /// Swept when it has grown to this.
        let sweepAt = Atomic(1024)
    }

    init(window: Duration, time: any TimeSource) {
        self.window = window
        self.time = time
        self.stripes = (0..<Self.stripeCount).map { _ in Stripe() }
    }

    /// Claims a publish's key, if it has one.
    ///
    /// Fails with `keyReused`.
    func claim(_ command: PublishCommand) throws(EngineError) -> Claim? {
        guard let key = command.key else { return nil }
        return try self.claim(Key(scope: command.from.keyScope, key: key), for: command.to)
    }

    /// Claims a creation's key, if it has one.
    ///
    /// Fails with `keyReused`.
    func claim(_ command: CreateMailboxCommand) throws(EngineError) -> Claim? {
        guard let record = command.keyRecord else { return nil }
        return try self.claim(Key(scope: record.scope, key: record.key), for: command.address)
    }

    /// Gives a key back whose command was refused.
    func release(_ claim: Claim?) {
        guard let claim else { return }
        self.stripe(claim.key).entries.withLock { entries in
            guard let holders = entries[claim.key]?.holders else { return }
            if holders > 1 { entries[claim.key]?.holders = holders - 1 } else { entries[claim.key] = nil }
        }
    }

    /// Takes in what a shard remembers, at recovery.
    func restore(scope: String, key: String, mailbox: Address, at: Timestamp) {
        let key = Key(scope: scope, key: key)
        self.stripe(key).entries.withLock { $0[key] = Entry(mailbox: mailbox, at: at) }
    }

    private func claim(_ key: Key, for mailbox: Address) throws(EngineError) -> Claim {
        let now = self.time.now(), stripe = self.stripe(key)
        return try stripe.entries.withLock { (entries) throws(EngineError) in
            if var entry = entries[key], now < entry.at + self.window {
                guard entry.mailbox == mailbox else { throw .keyReused }
                entry.holders += 1
                // Put back whole: a change in place allocates.
                entries[key] = entry
                return Claim(key: key)
            }
            if entries.count >= stripe.sweepAt.load(ordering: .relaxed) {
                entries = entries.filter { now < $0.value.at + self.window }
                stripe.sweepAt.store(max(1024, entries.count * 2), ordering: .relaxed)
            }
            entries[key] = Entry(mailbox: mailbox, at: now)
            return Claim(key: key)
        }
    }

    private func stripe(_ key: Key) -> Stripe {
        var scope = key.scope, name = key.key
        let sum = scope.withUTF8 { unsafe CRC32C.checksum(UnsafeRawBufferPointer($0)) }
        let both = name.withUTF8 { unsafe CRC32C.checksum(UnsafeRawBufferPointer($0), from: sum) }
        return self.stripes[Int(both) % Self.stripeCount]
    }
}
