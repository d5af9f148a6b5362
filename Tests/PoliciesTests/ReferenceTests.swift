import Foundation
import Policies
import Primitives
import Testing

/// `POLICY_SEED=7 swift test --filter ReferenceTests` runs the cases of one seed again.
@Suite("The policy and its reference", .timeLimit(.minutes(10)))
struct ReferenceTests {
    private static let caseCount = 1000
    private static let seeds: [UInt64] =
        ProcessInfo.processInfo.environment["POLICY_SEED"].flatMap(UInt64.init).map { [$0] } ?? [1, 2, 3]

    @Test("Over random rules, histories and instants both say the same", arguments: Self.seeds)
    func agree(seed: UInt64) throws {
        var random = RandomCase(seed: seed)
        let cases = (0..<Self.caseCount).map { _ in random.next() }
        let expected = try Self.reference(cases)
        try #require(expected.count == cases.count)
        var verdicts: [String: Int] = [:]
        for (drawn, decisions) in zip(cases, expected) {
            let found = JSONValue.array(try Self.decide(drawn))
            guard found == decisions else {
                let words = try [drawn, found, decisions].map(Self.text)
                Issue.record("seed \(seed): of \(words[0]) the policy says \(words[1]), the reference \(words[2])")
                return
            }
            for decision in decisions.elements {
                verdicts[decision["reason"].text ?? "send", default: 0] += 1
            }
        }
        // The cases are no use if they all end at one step.
        let reasons = [
            "send", "frequency_cap", "quiet_hours", "outside_window", "duplicate_content", "expired",
            "expired_in_hold", "opted_out", "no_consent", "holdout", "not_in_rollout", "campaign_not_started",
            "banned", "lost_priority",
        ]
        #expect(reasons.filter { verdicts[$0] == nil } == [])
    }

    /// What the policy says of a case, in the reference's words.
    private static func decide(_ drawn: JSONValue) throws -> [JSONValue] {
        let rules = try PolicyRules(document: drawn["document"], version: 1, zones: testZones)
        var history = SendHistory()
        for send in drawn["sends"].elements {
            history.record(AcceptedSend(case: send), keeping: rules.retentionMilliseconds)
        }
        let candidates = drawn["candidates"].elements.map(Candidate.init(case:))
        let recipient = Recipient(case: drawn["recipient"])
        let now = try #require(drawn["now"].instant)
        let decided = rules.decide(candidates, for: recipient, history: history, zones: testZones, at: now)
        if candidates.count == 1 {
            let alone = rules.decide(candidates[0], for: recipient, history: history, zones: testZones, at: now)
            #expect(decided[0].decision == alone)
        }
        return decided.map { candidate, decision in
            let isCounted = decision.reason == .frequencyCap || decision.reason == .lostPriority
            let count = isCounted ? decision.notes.first { $0.rule == decision.rule }?.count : nil
            return .object([
                "message": .string(candidate.message),
                "verdict": .string(decision.verdict.name),
                "reason": decision.reason.map { .string($0.name) } ?? .null,
                "rule": decision.rule.flatMap { rules.id(of: $0) }.map { .string($0) } ?? .null,
                "until": decision.until.map { .integer($0.rawValue) } ?? .null,
                "releaseAt": decision.releaseAt.map { .integer($0.rawValue) } ?? .null,
                "count": count.map { .integer(Int64($0)) } ?? .null,
            ])
        }
    }

    /// Starts `reference.py` and asks it.
    private static func reference(_ cases: [JSONValue]) throws -> [JSONValue] {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "reference.py")
        let folder = FileManager.default.temporaryDirectory.appending(path: "policy-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // By a file, since neither side of a pipe may wait for the other.
        let question = folder.appending(path: "cases.json")
        try JSONEncoder().encode(cases).write(to: question)
        let python = Process(), answer = Pipe()
        python.executableURL = URL(filePath: "/usr/bin/env")
        python.arguments = ["python3", "-B", script.path]
        python.standardInput = try FileHandle(forReadingFrom: question)
        python.standardOutput = answer
        try python.run()
        let text = try answer.fileHandleForReading.readToEnd() ?? Data()
        python.waitUntilExit()
        try #require(python.terminationStatus == 0)
        return try JSONDecoder().decode([JSONValue].self, from: text)
    }

    private static func text(_ value: JSONValue) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
}
