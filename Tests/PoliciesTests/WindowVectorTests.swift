import Policies
import Primitives
import Testing

@Suite("Vectors: quiet hours")
struct WindowVectorTests {
    /// A night, a zone, an instant in the night, and the instant at which the window opens.
    struct Opening: Sendable {
        let why: String
        let zone: String
        let from: String
        let until: String
        let now: String
        let opens: String?
    }

    @Test(
        "8, 10, 11, 12: a held message waits for the opening of its recipient's window",
        arguments: [
            Opening(
                why: "8: a night over midnight",
                zone: "Europe/Moscow",
                from: "22:00",
                until: "08:00",
                now: "2026-02-28T22:00:00Z",
                opens: "2026-03-01T05:00:00Z"
            ),
            Opening(
                why: "10: a window that opens inside a gap opens at the first instant after it",
                zone: "America/New_York",
                from: "22:00",
                until: "02:30",
                now: "2026-03-08T06:59:59.999Z",
                opens: "2026-03-08T07:00:00Z"
            ),
            Opening(
                why: "11: in an overlap it opens at the first occurrence",
                zone: "America/New_York",
                from: "22:00",
                until: "01:30",
                now: "2026-11-01T05:00:00Z",
                opens: "2026-11-01T05:30:00Z"
            ),
            Opening(
                why: "11: and not again at the second",
                zone: "America/New_York",
                from: "22:00",
                until: "01:30",
                now: "2026-11-01T06:15:00Z",
                opens: nil
            ),
            Opening(
                why: "12: a gap of half an hour",
                zone: "Australia/Lord_Howe",
                from: "22:00",
                until: "02:15",
                now: "2026-10-03T15:00:00Z",
                opens: "2026-10-03T15:30:00Z"
            ),
            Opening(
                why: "a day that a zone never had holds nothing",
                zone: "Pacific/Apia",
                from: "22:00",
                until: "08:00",
                now: "2011-12-30T09:30:00Z",
                opens: "2011-12-30T18:00:00Z"
            ),
        ]
    )
    func opens(_ opening: Opening) throws {
        let rules = try rules(
            #"{"quietHours":[{"id":"night","from":"\#(opening.from)","until":"\#(opening.until)"}]}"#
        )
        let driver = Correspondence(rules, zone: opening.zone)
        let decision = driver.decide(message("m"), at: try instant(opening.now))
        #expect(decision.until == (try opening.opens.map(instant)), "\(opening.why)")
        #expect(decision.reason == (opening.opens == nil ? nil : .quietHours), "\(opening.why)")
        guard let until = decision.until else { return }
        // At the opening itself nothing keeps it any more.
        #expect(driver.decide(message("m").released(after: decision), at: until).verdict == .send, "\(opening.why)")
    }

    @Test(
        "9: quiet hours are half-open",
        arguments: [
            ("2026-03-01T21:59:59.999Z", false), ("2026-03-01T22:00:00.000Z", true),
            ("2026-03-02T07:59:59.999Z", true), ("2026-03-02T08:00:00.000Z", false),
        ]
    )
    func halfOpen(now: String, isHeld: Bool) throws {
        let driver = Correspondence(try rules(#"{"quietHours":[{"id":"q","from":"22:00","until":"08:00"}]}"#))
        let decision = driver.decide(message("m"), at: try instant(now))
        #expect(decision.until == (isHeld ? try instant("2026-03-02T08:00:00Z") : nil))
    }

    @Test("14: held over midnight, then opted out: at the release it is not sent")
    func optedOutMeanwhile() throws {
        var driver = Correspondence(try rules(#"{"quietHours":[{"id":"q","from":"22:00","until":"08:00"}]}"#))
        var offer = message("m")
        offer.flaws = .repeatedKey
        #expect(driver.decide(offer, at: try instant("2026-03-01T23:00:00Z")).reason == .duplicateRequest)
        offer.flaws = []
        let held = driver.decide(offer, at: try instant("2026-03-01T23:00:00Z"))
        #expect(held.verdict == .hold(until: try instant("2026-03-02T08:00:00Z")))
        driver.recipient.optOuts.isOfAll = true
        // The key is that of its own request, so steps before the opt-out are not taken again.
        offer.flaws = .repeatedKey
        let released = driver.decide(offer.released(after: held), at: try instant("2026-03-02T08:00:00Z"))
        #expect(released.verdict == .suppress)
        #expect(released.reason == .optedOut)
        #expect(released.flags.contains(.isReleased))
    }

    @Test("15: what expires while it is held is suppressed at its expiry")
    func expiresInHold() throws {
        let driver = Correspondence(
            try rules(#"{"quietHours":[{"id":"q","from":"22:00","until":"08:00"}]}"#, jitter: 60_000)
        )
        var offer = message("m")
        offer.expiresAt = try instant("2026-03-02T07:00:00Z")
        let held = driver.decide(offer, at: try instant("2026-03-02T01:00:00Z"))
        #expect(held.verdict == .hold(until: try instant("2026-03-02T08:00:00Z")))
        #expect(held.releaseAt == offer.expiresAt)
        let released = driver.decide(offer.released(after: held), at: try instant("2026-03-02T07:00:00Z"))
        #expect(released.reason == .expiredInHold)
        #expect(driver.decide(offer, at: try instant("2026-03-02T07:00:00Z")).reason == .expired)
    }

    @Test("19: under rules that close the window nothing is sent, whatever was held or waits")
    func closedWindow() throws {
        let open = try rules(#"{"quietHours":[{"id":"q","from":"22:00","until":"08:00"}]}"#)
        let closed = try rules(#"{"quietHours":[{"id":"closed","from":"00:00","until":"24:00"}]}"#)
        var driver = Correspondence(open)
        let held = driver.decide(message("m"), at: try instant("2026-03-01T23:00:00Z"))
        driver.rules = closed
        for time in ["2026-03-02T08:00:00Z", "2026-03-02T12:00:00Z", "2026-03-03T00:00:00Z"] {
            for candidate in [message("m").released(after: held), message("new")] {
                let decision = driver.decide(candidate, at: try instant(time))
                #expect(decision.reason == .quietHours)
                #expect(decision.rule.flatMap { closed.id(of: $0) } == "closed")
            }
        }
    }

    @Test("Releases are spread by message and recipient, after the opening and within bounds")
    func jitter() throws {
        let driver = Correspondence(
            try rules(#"{"quietHours":[{"id":"q","from":"22:00","until":"08:00"}]}"#, jitter: 60_000)
        )
        let opening = try instant("2026-03-02T08:00:00Z").rawValue
        var delays: Set<Int64> = []
        for number in 0..<1000 {
            let candidate = message("m\(number)")
            let decision = driver.decide(candidate, at: try instant("2026-03-02T01:00:00Z"))
            #expect(driver.decide(candidate, at: try instant("2026-03-02T02:00:00Z")).releaseAt == decision.releaseAt)
            let delay = try #require(decision.releaseAt).rawValue - opening
            #expect((0...60_000).contains(delay))
            delays.insert(delay)
        }
        #expect(delays.count > 900)
    }

    @Test(
        "A date of exception turns the word of its weekday around",
        arguments: [
            ("2026-01-01T12:00:00Z", true, "a Thursday that is an exception"),
            ("2026-01-02T12:00:00Z", false, "a Friday"),
            ("2026-01-03T12:00:00Z", true, "a Saturday"),
            ("2026-01-10T12:00:00Z", false, "a Saturday that is an exception"),
        ]
    )
    func exceptions(now: String, isQuiet: Bool, why: String) throws {
        let driver = Correspondence(
            try rules(
                #"""
                {"quietHours":[{"id":"q","from":"00:00","until":"24:00","days":["sat","sun"],
                                "dates":["2026-01-01","2026-01-10"]}]}
                """#
            )
        )
        #expect((driver.decide(message("m"), at: try instant(now)).until != nil) == isQuiet, "\(why)")
    }

    @Test("A night belongs to the day on which it begins")
    func nightOfADay() throws {
        let driver = Correspondence(
            try rules(#"{"quietHours":[{"id":"q","from":"22:00","until":"08:00","days":["fri"]}]}"#)
        )
        // 2026-03-06 is a Friday.
        let quiet = try ["2026-03-06T22:00:00Z", "2026-03-07T07:00:00Z"].map { try instant($0) }
        let open = try ["2026-03-06T07:00:00Z", "2026-03-07T22:00:00Z"].map { try instant($0) }
        #expect(quiet.allSatisfy { driver.decide(message("m"), at: $0).until != nil })
        #expect(open.allSatisfy { driver.decide(message("m"), at: $0).until == nil })
    }

    @Test("Quiet hours that follow one another are one wait, named by the first")
    func chain() throws {
        let driver = Correspondence(
            try rules(
                #"""
                {"quietHours":[{"id":"night","from":"22:00","until":"08:00"},
                               {"id":"school","from":"07:30","until":"09:00","zone":"Europe/Berlin"}]}
                """#
            ),
            zone: "Europe/Moscow"
        )
        // 08:00 in Moscow is 06:00 in Berlin; the night ends at 05:00Z, school is 06:30Z to 08:00Z.
        let night = driver.decide(message("m"), at: try instant("2026-03-02T01:00:00Z"))
        #expect(night.until == (try instant("2026-03-02T05:00:00Z")))
        let school = driver.decide(message("m"), at: try instant("2026-03-02T06:30:00Z"))
        #expect(school.until == (try instant("2026-03-02T08:00:00Z")))
        #expect(school.flags.contains(.zoneIsFallback) == false)
        var early = message("m")
        early.startsAt = try instant("2026-03-02T07:00:00Z")
        let both = driver.decide(early, at: try instant("2026-03-02T01:00:00Z"))
        #expect(both.until == (try instant("2026-03-02T08:00:00Z")))
        #expect(both.reason == .campaignNotStarted)
    }

    @Test("Quiet hours leave what is critical alone, unless they name it")
    func critical() throws {
        let night = try instant("2026-03-02T01:00:00Z")
        let quiet = #""from":"22:00","until":"08:00""#
        let plain = Correspondence(try rules(#"{"quietHours":[{"id":"q",\#(quiet)}]}"#))
        #expect(plain.decide(message("m", .critical), at: night).verdict == .send)
        let named = Correspondence(try rules(#"{"quietHours":[{"id":"q",\#(quiet),"classes":["critical"]}]}"#))
        #expect(named.decide(message("m", .critical), at: night).reason == .quietHours)
        #expect(named.decide(message("m", .marketing), at: night).verdict == .send)
    }
}
