import Policies
import Primitives
import Testing

@Suite("Vectors: repetition, rollout, clocks")
struct ContentVectorTests {
    @Test("16: a request that was answered under the same key is not sent again")
    func repeatedKey() throws {
        let driver = Correspondence(PolicyRules())
        var again = message("m")
        again.flaws = .repeatedKey
        let now = try instant("2026-03-01T12:00:00Z")
        let decision = driver.decide(again, at: now)
        #expect(decision.reason == .duplicateRequest)
        #expect(decision.step == .idempotencyKey)
        #expect(driver.decide(message("m"), at: now).verdict == .send)
    }

    @Test("17: the same by push, then by an SMS campaign, is a repetition; its own fallback is not")
    func contentDedup() throws {
        var driver = Correspondence(try rules(#"{"contentDedup":{"window":86400000}}"#))
        let now = try instant("2026-03-01T12:00:00Z")
        let push = message("push", by: "push")
        #expect(driver.offer(push, at: now).verdict == .send)
        var campaign = message("campaign", by: "sms", campaign: "spring")
        campaign.content = push.content
        let repeated = driver.decide(campaign, at: now + .seconds(3600))
        #expect(repeated.reason == .duplicateContent)
        #expect(repeated.rule.flatMap { driver.rules.id(of: $0) } == "contentDedup")
        var fallback = message("fallback", by: "sms")
        fallback.content = push.content
        fallback.fallbackOf = "push"
        #expect(driver.offer(fallback, at: now + .seconds(3600)).verdict == .send)
        // The fallback's send is one of the message's own, so its window counts too.
        #expect(driver.decide(campaign, at: now + .seconds(86_400 + 3599)).reason == .duplicateContent)
        #expect(driver.decide(campaign, at: now + .seconds(86_400 + 3600)).verdict == .send)
    }

    @Test("18: a rollout that grows from 10 to 20 % keeps the first 10 %")
    func rollout() {
        let tenth = Rollout(salt: "spring", buckets: 1000), fifth = Rollout(salt: "spring", buckets: 2000)
        var countOfTenth = 0, countOfFifth = 0
        for id in 0..<100_000 {
            let isIn = fifth.includes("driver:\(id)")
            if isIn { countOfFifth += 1 }
            guard tenth.includes("driver:\(id)") else { continue }
            countOfTenth += 1
            #expect(isIn)
        }
        #expect((9500...10_500).contains(countOfTenth))
        #expect((19_500...20_500).contains(countOfFifth))
    }

    @Test("18: salts divide subjects independently")
    func salts() {
        let one = Rollout(salt: "one", buckets: 5000), other = Rollout(salt: "other", buckets: 5000)
        let both = (0..<10_000).count { one.includes("driver:\($0)") && other.includes("driver:\($0)") }
        #expect((2300...2700).contains(both))
    }

    @Test("20: a clock an hour back, then an hour forward, sends nothing twice and loses no hold")
    func clocks() throws {
        var driver = Correspondence(
            try rules(
                #"""
                {"caps":[{"id":"c","scope":"all","limit":1,"window":{"rolling":3600000},
                          "onExceed":{"hold":{"untilMax":86400000}}}],
                 "contentDedup":{"window":3600000}}
                """#
            )
        )
        let now = try instant("2026-03-01T12:00:00Z")
        #expect(driver.offer(message("a"), at: now).verdict == .send)
        let back = Timestamp(rawValue: now.rawValue - hour)
        var repeated = message("b")
        repeated.content = message("a").content
        #expect(driver.decide(repeated, at: back).reason == .duplicateContent)
        let held = driver.decide(message("c"), at: back)
        #expect(held.verdict == .hold(until: now + .seconds(3600)))
        // Forward again: the hold is still one, and ends when it was to end.
        let again = driver.decide(message("c").released(after: held), at: now)
        #expect(again.verdict == .hold(until: now + .seconds(3600)))
        #expect(driver.offer(message("c").released(after: again), at: now + .seconds(3600)).verdict == .send)
        #expect(driver.history.count == 2)
    }

    @Test("20: sends made on both sides of a jump lie in order, and are counted alike")
    func disorder() throws {
        var driver = Correspondence(
            try rules(#"{"caps":[{"id":"c","scope":"tag:x","limit":9,"window":{"rolling":86400000}}]}"#)
        )
        let now = try instant("2026-03-01T12:00:00Z")
        for (number, shift) in [0, -3600, 7200, -1800, 0].enumerated() {
            _ = driver.offer(message("\(number)", tags: number < 3 ? ["x", "y"] : ["z"]), at: now + .seconds(shift))
        }
        #expect(driver.history.sends.map(\.at.rawValue) == driver.history.sends.map(\.at.rawValue).sorted())
        #expect(driver.decide(message("m", tags: ["x"]), at: now).notes.map(\.count) == [3])
    }

    @Test("The standard rules let a hundred messages a day through")
    func standard() throws {
        var driver = Correspondence(PolicyRules())
        let now = try instant("2026-03-01T12:00:00Z")
        let verdicts = (0...100).map { driver.offer(message("m\($0)"), at: now).verdict }
        #expect(verdicts.count { $0 == .send } == 100)
        #expect(verdicts.last == .suppress)
        #expect(driver.decide(message("code", .critical), at: now).verdict == .send)
    }
}
