import Bench
import NIOCore
import Testing

@Suite("Mixed traffic")
struct DayTests {
    @Test("The shares of every profile are the proportions of its source", arguments: TrafficProfile.all.map(\.name))
    func shares(name: String) throws {
        let profile = try TrafficProfile.named(name)
        #expect(abs(profile.shares.reduce(0, +) - 1) < 1e-9)
        #expect(Set(profile.kinds.map(\.name)).count == profile.kinds.count)
        let sum = profile.kinds.reduce(0) { $0 + $1.weight }
        for (kind, share) in zip(profile.kinds, profile.shares) { #expect(abs(share * sum - kind.weight) < 1e-6) }
    }

    @Test("The mix is 1,500 requests of an application beside 8,212 of a messenger")
    func mix() throws {
        let mixed = try TrafficProfile.named("mixed"), messenger = try TrafficProfile.named("messenger")
        #expect(messenger.kinds.reduce(0) { $0 + $1.weight } == 8212)
        #expect(mixed.kinds.reduce(0) { $0 + $1.weight } == 9712)
        #expect(try TrafficProfile.named("drivers").perSecond.rounded() == 1566)
        #expect(throws: BenchError.self) { try TrafficProfile.named("night") }
    }

    @Test("A mixed plan gives every kind its rate, in the order of time", arguments: [0.5, 100, 8200])
    func plan(perSecond: Double) {
        let shares = [0.7, 0.2, 0.1]
        var plan = MixedPlan(start: 1000, perSecond: perSecond, shares: shares)
        #expect(plan.take(at: 999) == nil)
        let end = 1000 + UInt64(1000 / perSecond * 1e9)
        var counts = [0, 0, 0]
        var last: UInt64 = 0
        while plan.next < end, let due = plan.take(at: end - 1) {
            #expect(due.planned >= last && due.planned < end)
            last = due.planned
            counts[due.kind] += 1
        }
        for (count, share) in zip(counts, shares) { #expect(abs(Double(count) - 1000 * share) <= 1) }
    }

    @Test("Latency counts from the planned time, and only what was planned within the stretch")
    func tally() {
        var tally = DayTally(kinds: 2, from: 1_000_000, to: 101_000_000)
        tally.answered(0, planned: 999_999, at: 2_000_000)
        tally.answered(0, planned: 101_000_000, at: 102_000_000)
        tally.answered(0, planned: 1_000_000, at: 11_000_000)
        tally.answered(1, planned: 100_000_000, at: 301_000_000)
        #expect(tally.kinds[0].latencies.count == 1 && tally.kinds[0].inTime == 1)
        // The second was answered after the stretch: it counts for latency, not for the rate.
        #expect(tally.kinds[1].latencies.count == 1 && tally.kinds[1].inTime == 0 && tally.answered == 1)
        #expect(abs(Double(tally.slowest(percentile: 99)) / 201e6 - 1) < 0.002)
        #expect(tally.passes(p99Max: 300_000_000) && !tally.passes(p99Max: 100_000_000))
        tally.failed(1, planned: 2_000_000, code: 429)
        #expect(tally.failed == 1 && tally.codes == [429: 1] && !tally.passes(p99Max: .max))
    }

    @Test("What is unanswered does not pass")
    func unanswered() {
        var tally = DayTally(kinds: 1, from: 0, to: 1)
        #expect(tally.passes(p99Max: 1))
        tally.unanswered = 1
        #expect(!tally.passes(p99Max: 1))
    }

    @Test("The search ends close below the highest multiple that passes", arguments: [0.02, 0.25, 1, 3.7, 100])
    func search(highest: Double) throws {
        var search = MultipleSearch(from: 0.25)
        var tries = 0
        while let multiple = search.next {
            search.took(multiple <= highest)
            tries += 1
        }
        let passed = try #require(search.passed)
        #expect(passed <= highest && passed * 1.06 > highest)
        #expect(tries < 20)
    }

    @Test("Where nothing passes the search gives up")
    func hopeless() {
        var search = MultipleSearch(from: 0.25)
        while search.next != nil { search.took(false) }
        #expect(search.passed == nil)
    }
}
