import Policies
import Primitives
import Testing

@Suite("Steps before any counting")
struct StandingTests {
    private let now = Timestamp(rawValue: 1_772_366_400_000)
    private let driver = Correspondence(PolicyRules())

    @Test("The first flaw in the order of the steps is the reason")
    func flaws() {
        let order: [(Candidate.Flaws, Reason)] = [
            (.repeatedKey, .duplicateRequest), (.payload, .invalidPayload), (.profanity, .profanity),
            (.address, .invalidAddress), (.channelDisabled, .channelDisabled),
            (.noChannelAddress, .noChannelAddress), (.deviceRevoked, .deviceRevoked),
        ]
        var candidate = message("m")
        for (flaw, reason) in order.reversed() {
            candidate.flaws.insert(flaw)
            #expect(self.driver.decide(candidate, at: self.now).reason == reason)
        }
    }

    @Test("Who is banned gets nothing, not even what is critical", arguments: MessageClass.allCases)
    func banned(messageClass: MessageClass) {
        var driver = self.driver
        driver.recipient.isBanned = true
        #expect(driver.decide(message("m", messageClass), at: self.now).reason == .banned)
    }

    @Test("Opting out is of everything, a tag, a channel or a class; never of what is critical", arguments: 0..<4)
    func optedOut(scope: Int) {
        var driver = self.driver
        switch scope {
        case 0: driver.recipient.optOuts.isOfAll = true
        case 1: driver.recipient.optOuts.tags = [NameHash("news")]
        case 2: driver.recipient.optOuts.channels = [NameHash("sms")]
        default: driver.recipient.optOuts.classes = .init(.marketing)
        }
        let unwanted = message("m", .marketing, by: "sms", tags: ["tips", "news"])
        #expect(driver.decide(unwanted, at: self.now).reason == .optedOut)
        #expect(
            driver.decide(message("m", .critical, by: "sms", tags: ["news"]), at: self.now).verdict == .send
        )
        let other = driver.decide(message("m", .service, by: "push", tags: ["tips"]), at: self.now)
        #expect((other.verdict == .send) == (scope > 0))
    }

    @Test(
        "A preference that is not known is refused for marketing and granted for all else",
        arguments: MessageClass.allCases
    )
    func preference(messageClass: MessageClass) {
        var driver = self.driver
        var candidate = message("m", messageClass)
        candidate.preference = "offers"
        #expect(driver.decide(candidate, at: self.now).reason == (messageClass == .marketing ? .noConsent : nil))
        driver.recipient.preferences["offers"] = true
        #expect(driver.decide(candidate, at: self.now).verdict == .send)
        driver.recipient.preferences["offers"] = false
        #expect(driver.decide(candidate, at: self.now).reason == (messageClass == .critical ? nil : .noConsent))
    }

    @Test("An audience by an attribute that is not known is closed for marketing and open for what is critical")
    func unknownAttribute() throws {
        var candidate = message("m", .marketing)
        candidate.audience = .not(try Predicate(ConfigurationNode(try json(#"{"eq":["city","kazan"]}"#))))
        var driver = self.driver
        let unknown = driver.decide(candidate, at: self.now)
        #expect(unknown.reason == .notInRollout)
        #expect(unknown.rule == .audience)
        candidate.messageClass = .service
        #expect(driver.decide(candidate, at: self.now).verdict == .send)
        candidate.audience = try Predicate(ConfigurationNode(try json(#"{"eq":["city","kazan"]}"#)))
        candidate.messageClass = .critical
        #expect(driver.decide(candidate, at: self.now).verdict == .send)
        driver.recipient.attributes = ["city": .string("moscow")]
        #expect(driver.decide(candidate, at: self.now).reason == .notInRollout)
    }

    @Test("Holdout comes before rollout, and leaves nobody without a code or a receipt")
    func holdout() throws {
        let driver = Correspondence(try rules(#"{"holdout":{"percent":100,"salt":"h"}}"#))
        for messageClass in MessageClass.allCases {
            var candidate = message("m", messageClass)
            candidate.rollout = Rollout(salt: "r", buckets: 0)
            let isHeldOut = messageClass == .service || messageClass == .marketing
            let decision = driver.decide(candidate, at: self.now)
            #expect(decision.reason == (isHeldOut ? .holdout : .notInRollout))
            #expect(decision.rule == (isHeldOut ? .holdout : .rollout))
            #expect((decision.notes[0]?.count ?? .max) < 10_000)
        }
    }

    @Test("What is snoozed waits; what is critical does not")
    func snooze() {
        var driver = self.driver
        let until = self.now + .seconds(3600)
        driver.recipient.snoozes = [
            .init(.tag(NameHash("news")), until: until), .init(.tag(NameHash("tips")), until: self.now),
            .init(.message("item"), until: until),
        ]
        let held = driver.decide(message("m", tags: ["news"]), at: self.now)
        #expect(held.verdict == .hold(until: until))
        #expect(held.reason == .outsideWindow)
        #expect(held.rule == .snooze)
        #expect(driver.decide(message("m", .critical, tags: ["news"]), at: self.now).verdict == .send)
        #expect(driver.decide(message("m", tags: ["tips"]), at: self.now).verdict == .send)
        #expect(driver.decide(message("item"), at: self.now).rule == .snooze)
        #expect(driver.decide(message("m", tags: ["news"]).released(after: held), at: until).verdict == .send)
    }

    @Test("What has not begun waits for its start")
    func start() {
        var candidate = message("m")
        candidate.startsAt = self.now + .seconds(60)
        let held = self.driver.decide(candidate, at: self.now)
        #expect(held.verdict == .hold(until: self.now + .seconds(60)))
        #expect(held.reason == .campaignNotStarted)
        #expect(self.driver.decide(candidate.released(after: held), at: self.now + .seconds(60)).verdict == .send)
    }

    @Test("Instants that no clock shows are as good as the end of the year 9999")
    func farInstants() throws {
        var driver = Correspondence(try rules(#"{"quietHours":[{"id":"q","from":"22:00","until":"08:00"}]}"#))
        var candidate = message("m")
        candidate.startsAt = Timestamp(rawValue: .max)
        candidate.expiresAt = Timestamp(rawValue: .max)
        driver.recipient.snoozes = [.init(.all, until: Timestamp(rawValue: .max))]
        let held = driver.decide(candidate, at: self.now)
        #expect(held.until == Timestamp(rawValue: 253_402_300_800_000 + 8 * hour))
        candidate.startsAt = Timestamp(rawValue: .min)
        driver.recipient.snoozes = [.init(.all, until: Timestamp(rawValue: .min))]
        #expect(driver.decide(candidate, at: self.now).verdict == .send)
    }
}
