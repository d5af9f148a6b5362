import Foundation
import Policies
import Primitives
import Testing

@Suite("The document policies")
struct DocumentTests {
    struct Refusal: Sendable {
        let document: String
        let fault: String

        init(_ document: String, _ fault: String) {
            self.document = document
            self.fault = fault
        }
    }

    private static func cap(_ member: String, _ value: String) -> String {
        var members = [
            "id": #""c""#, "scope": #""all""#, "limit": "3", "window": #"{"calendar":"day"}"#,
        ]
        members[member] = value
        return #"{"caps":[{\#(members.map { "\"\($0)\":\($1)" }.joined(separator: ","))}]}"#
    }

    private static func quiet(_ member: String, _ value: String) -> String {
        var members = ["id": #""q""#, "from": #""22:00""#, "until": #""08:00""#]
        members[member] = value
        return #"{"quietHours":[{\#(members.map { "\"\($0)\":\($1)" }.joined(separator: ","))}]}"#
    }

    @Test(
        "A malformed document is refused by the path of its fault, in plain words",
        arguments: [
            Refusal("[]", "document: must be an object, not an array"),
            Refusal(#"{"cap":[]}"#, "/cap: is not a member that is known here"),
            Refusal(#"{"caps":{}}"#, "/caps: must be an array, not an object"),
            Refusal(#"{"caps":[1]}"#, "/caps/0: must be an object, not an integer"),
            Refusal(#"{"caps":[{}]}"#, #"/caps/0: lacks the member "id""#),
            Refusal(cap("id", #""""#), "/caps/0/id: must have 1 to 64 bytes"),
            Refusal(cap("id", #""holdout""#), #"/caps/0/id: repeats the id "holdout""#),
            Refusal(cap("limit", "-1"), "/caps/0/limit: must be between 0 and 1000"),
            Refusal(cap("limit", "1.5"), "/caps/0/limit: must be an integer, not a number"),
            Refusal(cap("limit", #""3""#), "/caps/0/limit: must be an integer, not a string"),
            Refusal(cap("unit", "1"), "/caps/0/unit: is not a member that is known here"),
            Refusal(
                cap("scope", #""device:x""#),
                #"/caps/0/scope: must be "all", or "channel:", "tag:", "class:" or "campaign:" and a name"#
            ),
            Refusal(
                cap("scope", #""tag:""#),
                #"/caps/0/scope: must be "all", or "channel:", "tag:", "class:" or "campaign:" and a name"#
            ),
            Refusal(cap("scope", #""class:vip""#), #"/caps/0/scope: names no class of messages: "vip""#),
            Refusal(cap("window", "{}"), #"/caps/0/window: must have one of "rolling" and "calendar""#),
            Refusal(cap("window", #"{"rolling":0}"#), "/caps/0/window/rolling: must be between 1 and 2678400000"),
            Refusal(
                cap("window", #"{"calendar":"month"}"#),
                #"/caps/0/window/calendar: must be one of "day", "week""#
            ),
            Refusal(cap("counts", #""sent""#), #"/caps/0/counts: must be one of "accepted""#),
            Refusal(
                cap("onExceed", #""wait""#),
                #"/caps/0/onExceed: must be "drop", or an object with "hold" or "downgrade""#
            ),
            Refusal(cap("onExceed", #"{"hold":{}}"#), #"/caps/0/onExceed/hold: lacks the member "untilMax""#),
            Refusal(
                cap("onExceed", #"{"hold":{"untilMax":1},"downgrade":"feed"}"#),
                #"/caps/0/onExceed: must have one of "hold" and "downgrade""#
            ),
            Refusal(quiet("from", #""24:00""#), "/quietHours/0/from: is no time of the day, as 08:00 is"),
            Refusal(quiet("from", #""8:00""#), "/quietHours/0/from: is no time of the day, as 08:00 is"),
            Refusal(quiet("until", #""08:60""#), "/quietHours/0/until: is no time of the day, as 08:00 is"),
            Refusal(
                quiet("until", #""22:00""#),
                #"/quietHours/0/until: is the same as "from"; a whole day is from 00:00 until 24:00"#
            ),
            Refusal(
                quiet("days", #"["monday"]"#),
                #"/quietHours/0/days/0: must be one of "mon", "tue", "wed", "thu", "fri", "sat", "sun""#
            ),
            Refusal(quiet("dates", #"["2026-02-29"]"#), "/quietHours/0/dates/0: is no date, as 2026-12-31 is"),
            Refusal(
                quiet("zone", #""Mars/Base""#),
                #"/quietHours/0/zone: names no time zone that is known: "Mars/Base""#
            ),
            Refusal(
                quiet("classes", #"["vip"]"#),
                #"/quietHours/0/classes/0: must be one of "critical", "transactional", "service", "marketing""#
            ),
            Refusal(quiet("id", #""snooze""#), #"/quietHours/0/id: repeats the id "snooze""#),
            Refusal(#"{"contentDedup":{}}"#, #"/contentDedup: lacks the member "window""#),
            Refusal(#"{"classes":{"vip":{}}}"#, "/classes/vip: is not a member that is known here"),
            Refusal(
                #"{"classes":{"critical":{"counts":1}}}"#,
                "/classes/critical/counts: must be a boolean, not an integer"
            ),
            Refusal(#"{"defaultZone":"GMT+3"}"#, #"/defaultZone: names no time zone that is known: "GMT+3""#),
            Refusal(#"{"holdout":{"percent":5}}"#, #"/holdout: lacks the member "salt""#),
            Refusal(#"{"releaseJitter":-1}"#, "/releaseJitter: must be between 0 and 3600000"),
        ]
    )
    func refuses(_ refusal: Refusal) throws {
        let document = try json(refusal.document)
        let fault = #expect(throws: ConfigurationFault.self) { try PolicyRules(document: document, version: 1) }
        #expect(fault?.description == refusal.fault)
    }

    @Test("Two rules of one id are refused, wherever they stand")
    func ids() throws {
        let document = #"""
            {"caps":[{"id":"x","scope":"all","limit":3,"window":{"calendar":"day"}}],
             "quietHours":[{"id":"x","from":"22:00","until":"08:00"}]}
            """#
        let value = try json(document)
        let fault = #expect(throws: ConfigurationFault.self) { try PolicyRules(document: value, version: 1) }
        #expect(fault == ConfigurationFault(path: "/quietHours/0/id", reason: .taken(id: "x")))
    }

    @Test("What a document leaves out has its default; an empty list of caps has none")
    func defaults() throws {
        #expect(try PolicyRules(document: .object([:]), version: 0) == PolicyRules())
        #expect(try rules(#"{"caps":[]}"#).caps.isEmpty)
        let moscow = try #require(Zone(named: "Europe/Moscow"))
        #expect(PolicyRules(defaultZone: moscow).defaultZone.name == "Europe/Moscow")
    }
}
