package import Primitives

/// How many wrong logins are borne.
package struct ThrottlePolicy: Equatable, Sendable {
    /// So many failures are answered; the next attempt waits.
    package var failuresMax: Int
    /// Attempts whose outcome is not known yet, above `failuresMax`.
    package var inFlightMax: Int
    /// The first wait; each further failure doubles it.
    package var penalty: Duration
    package var penaltyMax: Duration
    /// After so long without a failure, and twice the last wait, all is forgotten.
    package var memory: Duration
    /// Keys remembered at once, in two generations.
    package var entriesMax: Int

    package init(
        failuresMax: Int,
        inFlightMax: Int,
        penalty: Duration,
        penaltyMax: Duration,
        memory: Duration,
        entriesMax: Int
    ) {
        self.failuresMax = failuresMax
        self.inFlightMax = inFlightMax
        self.penalty = penalty
        self.penaltyMax = penaltyMax
        self.memory = memory
        self.entriesMax = entriesMax
    }

    /// For one username: ten failures a minute, then 5, 10, 20 … seconds, at most 15 minutes.
    package static let name = ThrottlePolicy(
        failuresMax: 10,
        inFlightMax: 64,
        penalty: .seconds(5),
        penaltyMax: .seconds(900),
        memory: .seconds(60),
        entriesMax: 100_000
    )

    /// For one network address, which many people may share.
    package static let address = ThrottlePolicy(
        failuresMax: 100,
        inFlightMax: 512,
        penalty: .seconds(5),
        penaltyMax: .seconds(300),
        memory: .seconds(60),
        entriesMax: 100_000
    )
}

/// Counts wrong logins by some key and says when the next may be tried: a value without clock or lock.
///
/// An attempt is admitted, and then told as failed, succeeded or abandoned. Attempts under way count as failures when
/// more than `inFlightMax` of them meet, so that a burst does not slip through. A key that does not exist is counted as
/// one that does. Memory is bounded: of more than `entriesMax` keys the oldest half is forgotten.
package struct LoginThrottle: Sendable {
    /// What is said to an attempt.
    package enum Verdict: Equatable, Sendable {
        case admit
        case refuse(retryAfter: Duration)
    }

    private struct Entry: Sendable {
        var failureCount = 0
        var inFlightCount = 0
        var lastFailure = Timestamp(rawValue: 0)
        var blockedUntil = Timestamp(rawValue: 0)
    }

    package let policy: ThrottlePolicy
    private var young: [Int: Entry] = [:]
    private var old: [Int: Entry] = [:]

    package init(_ policy: ThrottlePolicy) { self.policy = policy }

    /// Keys remembered now.
    package var entryCount: Int { self.young.count + self.old.count }

    /// Whether an attempt may be made; an admitted one must be told of later.
    package mutating func attempt(_ key: Int, at now: Timestamp) -> Verdict {
        var entry = self.entry(key, at: now)
        // A clock that was set back must not turn a wait of minutes into one of years.
        let wait = min(entry.blockedUntil.since(now), self.policy.penaltyMax)
        if wait > .zero { return .refuse(retryAfter: wait) }
        guard entry.failureCount + entry.inFlightCount < self.policy.failuresMax + self.policy.inFlightMax,
            entry.failureCount < self.policy.failuresMax || entry.inFlightCount == 0
        else { return .refuse(retryAfter: .seconds(1)) }
        entry.inFlightCount += 1
        self.store(entry, key)
        return .admit
    }

    package mutating func failed(_ key: Int, at now: Timestamp) {
        var entry = self.entry(key, at: now)
        entry.inFlightCount = max(0, entry.inFlightCount - 1)
        entry.failureCount += 1
        entry.lastFailure = now
        if entry.failureCount >= self.policy.failuresMax {
            entry.blockedUntil = now + self.penalty(failureCount: entry.failureCount)
        }
        self.store(entry, key)
    }

    /// The attempt was right; `forgetting` the failures before it.
    package mutating func succeeded(_ key: Int, at now: Timestamp, forgetting: Bool) {
        var entry = self.entry(key, at: now)
        entry.inFlightCount = max(0, entry.inFlightCount - 1)
        if forgetting {
            entry.failureCount = 0
            entry.blockedUntil = Timestamp(rawValue: 0)
        }
        self.store(entry, key)
    }

    /// The attempt was never made.
    package mutating func abandoned(_ key: Int, at now: Timestamp) {
        self.succeeded(key, at: now, forgetting: false)
    }

    private func penalty(failureCount: Int) -> Duration {
        // 2^20 times any penalty is above any maximum.
        let doublings = min(failureCount - self.policy.failuresMax, 20)
        return min(self.policy.penalty * (1 << doublings), self.policy.penaltyMax)
    }

    private func entry(_ key: Int, at now: Timestamp) -> Entry {
        guard var entry = self.young[key] ?? self.old[key] else { return Entry() }
        let lastPenalty = self.penalty(failureCount: max(entry.failureCount, self.policy.failuresMax))
        let memory = max(self.policy.memory, lastPenalty * 2)
        if entry.failureCount > 0, now.since(entry.lastFailure) > memory {
            entry.failureCount = 0
            entry.blockedUntil = Timestamp(rawValue: 0)
        }
        return entry
    }

    private mutating func store(_ entry: Entry, _ key: Int) {
        self.old[key] = nil
        guard entry.failureCount > 0 || entry.inFlightCount > 0 else {
            self.young[key] = nil
            return
        }
        self.young[key] = entry
        guard self.young.count > self.policy.entriesMax / 2 else { return }
        self.old = self.young
        self.young = [:]
    }
}

extension Timestamp {
    /// The span from another instant to this one.
    fileprivate func since(_ other: Timestamp) -> Duration { .milliseconds(self.rawValue &- other.rawValue) }
}
