import Accounts
import Primitives
import Testing

@testable import Messenger

@Suite("Publish rate")
struct PublishRateTests {
    private let second: UInt64 = 1_000_000_000

    @Test("A burst is admitted at once, then so many a second")
    func burst() {
        var rate = PublishRate(perSecond: 100, burst: 200)
        #expect((0..<1000).count { _ in rate.take(at: 5) == .admit } == 200)
        #expect(rate.take(at: 5) == .refuse(retryAfter: .milliseconds(10)))
        #expect(rate.take(at: 5 + self.second / 100) == .admit)
        #expect((0..<1000).count { _ in rate.take(at: 5 + self.second) == .admit } == 99)
        #expect((0..<1000).count { _ in rate.take(at: 100 * self.second) == .admit } == 200)
    }

    @Test("Over any time no more is admitted than the burst and the rate", arguments: [1, 2, 3] as [UInt64])
    func bound(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var rate = PublishRate(perSecond: 100, burst: 20)
        var now: UInt64 = 0
        var admittedCount = 0
        for _ in 0..<10_000 {
            now += UInt64.random(in: 0...(self.second / 150), using: &generator)
            if rate.take(at: now) == .admit { admittedCount += 1 }
        }
        let bound = 20 + Int(now * 100 / self.second) + 1
        #expect((bound - 25...bound).contains(admittedCount))
    }

    @Test("After the wait that a refusal names, one is admitted")
    func retryAfter() {
        var rate = PublishRate(perSecond: 7, burst: 1)
        #expect(rate.take(at: 0) == .admit)
        guard case .refuse(let wait) = rate.take(at: 1000) else {
            Issue.record("the bucket is empty")
            return
        }
        let later = 1000 + UInt64(wait.components.attoseconds / 1_000_000_000)
        #expect(rate.take(at: later - 1) != .admit)
        #expect(rate.take(at: later) == .admit)
    }

    @Test("0 is no limit")
    func off() {
        var rate = PublishRate(perSecond: 0, burst: 200)
        #expect((0..<10_000).allSatisfy { _ in rate.take(at: 0) == .admit })
    }

    @Test("A session's bucket is three numbers")
    func size() {
        #expect(MemoryLayout<PublishRate>.size == 24)
    }

    @Test("Sessions have buckets of their own, in bounded memory; services have none")
    func table() {
        var limits = Limits()
        limits.publishBurst = 2
        let table = PublishRateTable(Live(limits), entriesMax: 100)
        #expect((0..<5).count { _ in table.take(Self.session("a"), at: 0) == .admit } == 2)
        #expect(table.take(Self.session("b"), at: 0) == .admit)
        let service = Identity.service(id: "k", scopes: .all)
        #expect((0..<1000).allSatisfy { _ in table.take(service, at: 0) == .admit })
        for number in 0..<1000 { _ = table.take(Self.session("s\(number)"), at: 0) }
        #expect(table.count <= 101)
    }

    private static func session(_ token: String) -> Identity {
        .subject(
            SubjectIdentity(
                address: Address(trusted: .user, id: "u"),
                tokenDigest: Digest256(of: token),
                expiresAt: nil
            )
        )
    }
}
