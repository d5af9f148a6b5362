package import Accounts
package import Primitives
private import Synchronization

/// The buckets of callers without a session, over HTTP; for any thread.
///
/// At most `entriesMax` are kept, in two generations: the older one is forgotten as a whole. A bucket that is forgotten
/// is a full one, so whoever floods it with other tokens gains one burst each.
package final class PublishRateTable: Sendable {
    private struct Buckets: Sendable {
        var young: [Digest256: PublishRate] = [:]
        var old: [Digest256: PublishRate] = [:]
    }

    private let limits: Live<Limits>
    private let entriesMax: Int
    private let buckets = Mutex(Buckets())

    package init(_ limits: Live<Limits>, entriesMax: Int = 100_000) {
        self.limits = limits
        self.entriesMax = entriesMax
    }

    /// Takes one publish of a caller; the limit is for sessions, so a service has none.
    package func take(_ identity: Identity, at nanoseconds: UInt64) -> PublishRate.Verdict {
        guard let key = identity.subject?.tokenDigest else { return .admit }
        let limits = self.limits.current
        return self.buckets.withLock { buckets in
            var bucket = buckets.young[key] ?? buckets.old.removeValue(forKey: key) ?? PublishRate(limits)
            let verdict = bucket.take(at: nanoseconds, under: limits)
            buckets.young[key] = bucket
            if buckets.young.count > self.entriesMax / 2 {
                buckets.old = buckets.young
                buckets.young = [:]
            }
            return verdict
        }
    }

    /// How many buckets are kept.
    package var count: Int { self.buckets.withLock { $0.young.count + $0.old.count } }
}
