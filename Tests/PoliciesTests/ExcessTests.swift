import Policies
import Primitives
import Testing

@Suite("What becomes of a message that is one too many")
struct ExcessTests {
    private let now = Timestamp(rawValue: 1_772_366_400_000)

    private func caps(_ caps: String...) throws -> PolicyRules {
        try rules(#"{"caps":[\#(caps.joined(separator: ","))]}"#)
    }

    private func cap(_ id: String, _ scope: String, limit: Int, rolling: Int64, _ onExceed: String) -> String {
        #"{"id":"\#(id)","scope":"\#(scope)","limit":\#(limit),"window":{"rolling":\#(rolling)},"onExceed":\#(onExceed)}"#
    }

    @Test("It is held until the window has a slot, and is sent then")
    func held() throws {
        var driver = Correspondence(
            try self.caps(self.cap("c", "all", limit: 2, rolling: hour, #"{"hold":{"untilMax":\#(day)}}"#))
        )
        _ = driver.offer(message("a"), at: self.now)
        _ = driver.offer(message("b"), at: self.now + .seconds(60))
        let held = driver.offer(message("c"), at: self.now + .seconds(120))
        #expect(held.verdict == .hold(until: self.now + .seconds(3600)))
        #expect(held.reason == .frequencyCap)
        #expect(driver.offer(message("c").released(after: held), at: self.now + .seconds(3600)).verdict == .send)
    }

    @Test("A hold reserves nothing, and ends at its bound, counted from the first time a cap held it")
    func boundedHold() throws {
        var driver = Correspondence(
            try self.caps(self.cap("c", "all", limit: 1, rolling: hour, #"{"hold":{"untilMax":\#(hour * 3 / 2)}}"#))
        )
        _ = driver.offer(message("a"), at: self.now)
        let held = driver.offer(message("b"), at: self.now)
        let free = self.now + .seconds(3600)
        #expect(held.verdict == .hold(until: free))
        // Another took the slot first.
        #expect(driver.offer(message("c"), at: free).verdict == .send)
        let released = message("b").released(after: held)
        let again = driver.offer(released, at: free)
        let bound = self.now + .seconds(5400)
        #expect(again.verdict == .hold(until: bound))
        let last = driver.offer(released.released(after: again), at: bound)
        #expect(last.verdict == .suppress)
        #expect(last.reason == .frequencyCap)
    }

    @Test("A limit of nothing never has a slot, so nothing waits for one")
    func closed() throws {
        let driver = Correspondence(
            try self.caps(self.cap("c", "all", limit: 0, rolling: hour, #"{"hold":{"untilMax":\#(day)}}"#))
        )
        #expect(driver.decide(message("a"), at: self.now).verdict == .suppress)
    }

    @Test("A downgraded message goes by the other channel, under that channel's caps")
    func downgraded() throws {
        var driver = Correspondence(
            try self.caps(
                self.cap("pushes", "channel:push", limit: 1, rolling: hour, #"{"downgrade":"feed"}"#),
                self.cap("feeds", "channel:feed", limit: 1, rolling: hour, #"{"downgrade":"push"}"#)
            )
        )
        #expect(driver.offer(message("a", by: "push"), at: self.now).reason == nil)
        var revoked = message("b", by: "push")
        revoked.flaws = .deviceRevoked
        let feed = driver.offer(revoked, at: self.now)
        #expect(feed.verdict == .send)
        #expect(feed.reason == .frequencyCap)
        #expect(feed.channel(under: driver.rules) == "feed")
        #expect(driver.history.sends.last?.channel == NameHash("feed"))
        let third = driver.offer(message("c", by: "push"), at: self.now)
        #expect(third.verdict == .suppress)
        #expect(third.notes.map(\.outcome) == [.downgraded, .downgraded])
    }

    @Test("Of several caps the strictest speaks: drop, hold, downgrade; of two holds the longer")
    func strictest() throws {
        let downgrade = self.cap("downgrade", "channel:push", limit: 1, rolling: hour, #"{"downgrade":"feed"}"#)
        let short = self.cap("short", "all", limit: 1, rolling: hour, #"{"hold":{"untilMax":\#(day)}}"#)
        let long = self.cap("long", "all", limit: 1, rolling: 2 * hour, #"{"hold":{"untilMax":\#(day)}}"#)
        let drop = self.cap("drop", "all", limit: 1, rolling: hour, #""drop""#)
        let cases = [([downgrade, short], "short"), ([short, long], "long"), ([long, short, drop], "drop")]
        for (caps, strictest) in cases {
            for caps in [caps, caps.reversed()] {
                var driver = Correspondence(try rules(#"{"caps":[\#(caps.joined(separator: ","))]}"#))
                _ = driver.offer(message("a"), at: self.now)
                let decision = driver.offer(message("b"), at: self.now)
                #expect(decision.rule.flatMap { driver.rules.id(of: $0) } == strictest)
            }
        }
    }

    @Test("Caps of a tag, a class and a campaign count only their own")
    func scopes() throws {
        for scope in ["tag:news", "class:marketing", "campaign:c"] {
            var driver = Correspondence(try self.caps(self.cap("cap", scope, limit: 1, rolling: hour, #""drop""#)))
            let within = message("a", .marketing, tags: ["x", "news"], campaign: "c")
            let without = message("b", .service, tags: ["x"], campaign: "d")
            #expect(driver.offer(without, at: self.now).verdict == .send)
            #expect(driver.offer(within, at: self.now).verdict == .send)
            #expect(driver.decide(within, at: self.now).verdict == .suppress)
            #expect(driver.decide(without, at: self.now).verdict == .send)
        }
    }

    @Test("What a message of a batch takes is gone for those after it")
    func batch() throws {
        let rules = try self.caps(self.cap("c", "all", limit: 2, rolling: hour, #""drop""#))
        var driver = Correspondence(rules)
        _ = driver.offer(message("before"), at: self.now)
        let decided = rules.decide(
            [message("offer", .marketing), message("tip"), message("code", .critical)],
            for: driver.recipient,
            history: driver.history,
            zones: testZones,
            at: self.now
        )
        #expect(decided.map(\.candidate.message) == ["code", "tip", "offer"])
        // The code bypasses the cap, but counts toward it.
        #expect(decided.map(\.decision.reason) == [nil, .lostPriority, .lostPriority])
    }
}
