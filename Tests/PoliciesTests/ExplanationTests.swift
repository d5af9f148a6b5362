import Policies
import Primitives
import Testing

@Suite("Explanations")
struct ExplanationTests {
    @Test("Every step of the order is told, with its rules, numbers and outcome")
    func steps() throws {
        let rules = try rules(
            #"""
            {"caps":[{"id":"hourly","scope":"all","limit":2,"window":{"rolling":3600000}},
                     {"id":"daily","scope":"all","limit":1,"window":{"calendar":"day"}}],
             "quietHours":[{"id":"night","from":"22:00","until":"08:00"}],
             "contentDedup":{"window":1000},"holdout":{"percent":0,"salt":"h"}}
            """#
        )
        var driver = Correspondence(rules, zone: "Europe/Moscow")
        let now = try instant("2026-03-10T12:00:00Z")
        _ = driver.offer(message("a"), at: now)
        let explained = driver.decide(message("b"), at: now).explained(under: rules, zone: "Europe/Moscow")
        #expect(explained["verdict"] == .string("suppress"))
        #expect(explained["reason"] == .string("frequency_cap"))
        #expect(explained["rule"] == .string("daily"))
        #expect(explained["rulesVersion"] == .integer(7))
        #expect(explained["numbers"]["count"] == .integer(1))
        #expect(explained["numbers"]["limit"] == .integer(1))
        #expect(explained["numbers"]["zone"] == .string("Europe/Moscow"))
        let told = explained["steps"].elements.map { step in
            [step["step"], step["rule"], step["outcome"]].compactMap(\.text).joined(separator: " ")
        }
        #expect(
            told == [
                "idempotency_key passed", "shape_and_profanity passed", "address passed",
                "banned_or_opted_out passed", "preference passed", "holdout_and_experiment holdout passed",
                "content_dedup contentDedup passed", "quiet_hours_and_window night passed",
                "frequency_caps hourly passed", "frequency_caps daily suppressed", "priority not_reached",
                "channel not_reached",
            ]
        )
    }

    @Test("A released message did not take the first steps again; a class that bypasses caps says so")
    func released() throws {
        let rules = try rules(#"{"quietHours":[{"id":"night","from":"22:00","until":"08:00"}]}"#)
        let driver = Correspondence(rules)
        let now = try instant("2026-03-10T23:00:00Z")
        let held = driver.decide(message("m"), at: now)
        let waiting = held.explained(under: rules)
        #expect(waiting["until"] == waiting["numbers"]["until"])
        #expect(waiting["until"].instant == (try instant("2026-03-11T08:00:00Z")))
        let again = driver.decide(message("m").released(after: held), at: now).explained(under: rules)
        #expect(
            again["steps"].elements.prefix(3).map { $0["outcome"].text } == Array(repeating: "not_repeated", count: 3)
        )
        let critical = driver.decide(message("code", .critical), at: now).explained(under: rules)
        #expect(critical["steps"].elements.contains { $0["outcome"] == .string("bypassed") })
    }
}
