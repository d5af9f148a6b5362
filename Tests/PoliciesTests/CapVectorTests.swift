import Policies
import Primitives
import Testing

@Suite("Vectors: caps")
struct CapVectorTests {
    private static let oneADay = #"{"caps":[{"id":"daily","scope":"all","limit":1,"window":{"calendar":"day"}}]}"#

    @Test("1: the last hour of a day and midnight of the next are two days")
    func calendarDay() throws {
        var driver = Correspondence(try rules(Self.oneADay), zone: "Europe/Moscow")
        let late = driver.offer(message("a"), at: try instant("2026-03-10T20:00:00Z"))
        let again = driver.offer(message("b"), at: try instant("2026-03-10T20:59:59.999Z"))
        let midnight = driver.offer(message("c"), at: try instant("2026-03-10T21:00:00Z"))
        #expect(late.verdict == .send)
        #expect(again.verdict == .suppress)
        #expect(midnight.verdict == .send)
    }

    @Test(
        "2: who has no known zone is counted in the configured one, and the reason says so",
        arguments: [nil, "No/Where"]
    )
    func fallbackZone(zone: String?) throws {
        let rules = try rules(
            #"""
            {"defaultZone":"Europe/Moscow",
             "caps":[{"id":"daily","scope":"all","limit":1,"window":{"calendar":"day"}}]}
            """#
        )
        var driver = Correspondence(rules, zone: zone)
        let first = driver.offer(message("a"), at: try instant("2026-03-10T20:00:00Z"))
        let second = driver.offer(message("b"), at: try instant("2026-03-10T20:30:00Z"))
        let third = driver.offer(message("c"), at: try instant("2026-03-10T21:00:00Z"))
        #expect([first.verdict, second.verdict, third.verdict] == [.send, .suppress, .send])
        #expect(second.flags.contains(.zoneIsFallback))
        let numbers = second.explained(under: rules)["numbers"]
        #expect(numbers["zone"] == .string("fallback"))
        #expect(numbers["defaultZone"] == .string("Europe/Moscow"))
        #expect(numbers["count"] == .integer(1))
        #expect(numbers["limit"] == .integer(1))
    }

    @Test("3: a rolling window frees a slot exactly its length after a send")
    func rolling() throws {
        var driver = Correspondence(
            try rules(#"{"caps":[{"id":"c","scope":"all","limit":3,"window":{"rolling":86400000}}]}"#)
        )
        let times: [(String, Decision.Verdict)] = [
            ("10T09:00", .send), ("10T13:00", .send), ("10T17:00", .send), ("11T08:00", .suppress),
            ("11T09:01", .send), ("11T10:00", .suppress), ("11T11:00", .suppress), ("11T14:00", .send),
        ]
        for (time, verdict) in times {
            let decision = driver.offer(message(time), at: try instant("2026-03-\(time):00Z"))
            #expect(decision.verdict == verdict, "\(time)")
        }
    }

    @Test("4: of several caps the reason names the one that did not pass")
    func severalCaps() throws {
        var driver = Correspondence(
            try rules(
                #"""
                {"caps":[{"id":"hourly","scope":"all","limit":1,"window":{"rolling":3600000}},
                         {"id":"daily","scope":"all","limit":3,"window":{"rolling":86400000}}]}
                """#
            )
        )
        let start = try instant("2026-03-10T09:00:00Z")
        var decisions: [Decision] = []
        for attempt in 0..<4 {
            decisions.append(driver.offer(message("m\(attempt)"), at: start + .seconds(attempt * 61 * 60)))
        }
        #expect(decisions.map(\.verdict) == [.send, .send, .send, .suppress])
        #expect(decisions[3].reason == .frequencyCap)
        #expect(decisions[3].rule.flatMap { driver.rules.id(of: $0) } == "daily")
    }

    @Test("5: bypassing caps and counting toward them are two flags", arguments: [true, false])
    func criticalFlags(counts: Bool) throws {
        var driver = Correspondence(
            try rules(
                #"""
                {"caps":[{"id":"c","scope":"all","limit":1,"window":{"rolling":86400000}}],
                 "classes":{"critical":{"bypassesCaps":true,"counts":\#(counts)}}}
                """#
            )
        )
        let now = try instant("2026-03-10T09:00:00Z")
        #expect(driver.offer(message("code", .critical), at: now).verdict == .send)
        #expect(driver.offer(message("code again", .critical), at: now).flags.contains(.bypassesCaps))
        #expect(driver.offer(message("offer", .marketing), at: now).verdict == (counts ? .suppress : .send))
    }

    @Test("5: with a full cap what is critical passes and marketing is dropped")
    func fullCap() throws {
        var driver = Correspondence(
            try rules(#"{"caps":[{"id":"c","scope":"all","limit":1,"window":{"rolling":86400000}}]}"#)
        )
        let now = try instant("2026-03-10T09:00:00Z")
        #expect(driver.offer(message("first"), at: now).verdict == .send)
        #expect(driver.offer(message("code", .critical), at: now).verdict == .send)
        let marketing = driver.offer(message("offer", .marketing), at: now)
        #expect(marketing.reason == .frequencyCap)
        #expect(marketing.notes.first { $0.rule == marketing.rule }?.count == 2)
    }

    @Test("6: a send that no provider accepted does not use the cap up")
    func failedSend() throws {
        var driver = Correspondence(
            try rules(#"{"caps":[{"id":"c","scope":"all","limit":1,"window":{"rolling":86400000}}]}"#)
        )
        let now = try instant("2026-03-10T09:00:00Z")
        // The provider answers a final 5xx: nothing is recorded.
        #expect(driver.decide(message("a"), at: now).verdict == .send)
        #expect(driver.offer(message("b"), at: now).verdict == .send)
        #expect(driver.offer(message("c"), at: now).verdict == .suppress)
    }

    @Test("7: one slot goes to one of two campaigns by class, priority, creation; never by timing")
    func oneSlot() throws {
        let rules = try rules(#"{"caps":[{"id":"c","scope":"all","limit":1,"window":{"rolling":86400000}}]}"#)
        let driver = Correspondence(rules)
        let now = try instant("2026-03-10T09:00:00Z")
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<10_000 {
            var rivals = (0..<2).map { number in
                message("\(number)", Bool.random(using: &generator) ? .service : .marketing, campaign: "\(number)")
            }
            for index in rivals.indices {
                rivals[index].priority = Int32.random(in: 0...1, using: &generator)
                rivals[index].createdAt = Timestamp(rawValue: Int64.random(in: 0...1, using: &generator))
            }
            let best = rivals[1].precedes(rivals[0]) ? rivals[1] : rivals[0]
            rivals.shuffle(using: &generator)
            let decided = rules.decide(
                rivals,
                for: driver.recipient,
                history: driver.history,
                zones: testZones,
                at: now
            )
            try #require(decided.map(\.decision.verdict) == [.send, .suppress])
            try #require(decided[0].candidate.message == best.message)
            try #require(decided[1].decision.reason == .lostPriority)
            try #require(decided[1].decision.step == .priority)
        }
    }

    @Test(
        "13: a day of 23 or 25 hours is one day",
        arguments: [
            ("2026-03-28T23:00:00Z", "2026-03-29T21:59:59.999Z", "2026-03-29T22:00:00Z"),
            ("2026-10-24T22:00:00Z", "2026-10-25T22:59:59.999Z", "2026-10-25T23:00:00Z"),
        ]
    )
    func longAndShortDays(first: String, last: String, next: String) throws {
        var driver = Correspondence(try rules(Self.oneADay), zone: "Europe/Berlin")
        #expect(driver.offer(message("a"), at: try instant(first)).verdict == .send)
        #expect(driver.offer(message("b"), at: try instant(last)).verdict == .suppress)
        #expect(driver.offer(message("c"), at: try instant(next)).verdict == .send)
    }
}
