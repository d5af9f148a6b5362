import Bench
import Testing

@Suite("Plans")
struct PlanTests {
    @Test("A rate is held however late it is asked")
    func rateIsHeld() {
        var plan = RatePlan(start: 1000, perSecond: 1000)
        #expect(plan.take(at: 999) == nil)
        #expect(plan.take(at: 1000) == 1000)
        #expect(plan.take(at: 1000) == nil)
        // After a stall everything due is taken, each with the time that was planned.
        var late: [UInt64] = []
        while let planned = plan.take(at: 3_001_000) { late.append(planned) }
        #expect(late == [1_001_000, 2_001_000, 3_001_000])
        #expect(plan.next == 4_001_000)
    }

    @Test("A rate with a fraction does not drift")
    func fraction() {
        var plan = RatePlan(start: 0, perSecond: 3)
        var last: UInt64 = 0
        for _ in 0...3000 {
            guard let planned = plan.take(at: .max / 2) else { break }
            last = planned
        }
        #expect(last == 1_000_000_000_000)
    }

    @Test("Publishers share a rate evenly and apart", arguments: [1, 2, 7])
    func shared(publishers: Int) {
        let plans = RatePlan.shared(start: 0, perSecond: 100, publishers: publishers)
        var times: [UInt64] = []
        for var plan in plans {
            while let planned = plan.take(at: 999_999_999) { times.append(planned) }
        }
        #expect(times.count == 100)
        #expect(Set(times).count == times.count)
    }

    @Test("Pairs are different, and use everybody first", arguments: [2, 4, 10, 34])
    func pairs(users: Int) {
        let count = users * (users - 1) / 2
        let pairs = Pairing.pairs(count, users: users)
        #expect(pairs.allSatisfy { $0.first != $0.second })
        #expect(Set(pairs.map { Set([$0.first, $0.second]) }).count == count)
        #expect(Set(pairs.prefix(users / 2).flatMap { [$0.first, $0.second] }) == Set(0..<users))
    }
}
