import Foundation
import Policies
import Primitives
import Testing

@Suite("The page about the policy")
struct PageTests {
    private static let page =
        (try? String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Docs/policy.md")
                .standardizedFileURL,
            encoding: .utf8
        )) ?? ""

    @Test("Its document compiles to what it says")
    func document() throws {
        let block = try #require(Self.page.firstMatch(of: #/```json\n(?<text>[\s\S]*?)```/#))
        let rules = try PolicyRules(document: try json(String(block.output.text)), version: 3, zones: testZones)
        #expect(rules.caps.map(\.id) == ["pushes-a-day", "offers-a-week", "pace"])
        #expect(rules.caps.map(\.window) == [.day, .week, .rolling(milliseconds: hour)])
        #expect(
            rules.caps.map(\.onExceed) == [
                .downgrade(channel: "feed"), .drop, .hold(untilMaxMilliseconds: 2 * hour),
            ]
        )
        #expect(rules.quietHours.map(\.classes) == [.allButCritical, .init(.marketing)])
        #expect(rules.defaultZone.name == "Europe/Moscow")
        #expect(rules.dedupMilliseconds == day)
        #expect(rules.holdout == Rollout(salt: "spring-2026", buckets: 250))
        #expect(rules.bypassing == .init(.critical))
        #expect(rules.counted == .allButCritical)
    }

    @Test("It names every reason and every step")
    func words() {
        #expect(Reason.allCases.map(\.name).filter { !Self.page.contains("`\($0)`") } == [])
        #expect(DecisionStep.allCases.map(\.name).filter { !Self.page.contains("`\($0)`") } == [])
        #expect(Set(Reason.allCases.map(\.name)).count == 26)
    }
}
