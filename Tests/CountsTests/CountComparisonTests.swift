import Counts
import Testing

@Suite("Counts beside thresholds")
struct CountComparisonTests {
    private static let expected = ThresholdsTests.counts("publish")

    private static func compare(_ seen: CaseCounts...) -> CountComparison {
        CountComparison(seen, to: Thresholds([self.expected]))
    }

    struct Sample: Sendable {
        let why: String
        let seen: CaseCounts
        var above: [Metric] = []
        var below: [Metric] = []
    }

    @Test(
        "What is above a threshold fails; what is far below says to lower it",
        arguments: [
            Sample(why: "the same holds", seen: ThresholdsTests.counts("publish")),
            Sample(
                why: "instructions and bytes may differ a little",
                seen: ThresholdsTests.counts("publish", bytes: 102_000, instructions: 1_030_000)
            ),
            Sample(
                why: "also downwards",
                seen: ThresholdsTests.counts("publish", bytes: 98_000, instructions: 970_000)
            ),
            Sample(
                why: "one allocation in a thousand operations is one too many",
                seen: ThresholdsTests.counts("publish", allocations: 2_001),
                above: [.allocations]
            ),
            Sample(
                why: "each metric for itself",
                seen: ThresholdsTests.counts("publish", bytes: 102_001, instructions: 1_030_001),
                above: [.bytes, .instructions]
            ),
            Sample(
                why: "a gain is to be kept",
                seen: ThresholdsTests.counts("publish", allocations: 1_999, instructions: 969_999),
                below: [.allocations, .instructions]
            ),
            Sample(
                why: "a gain does not make up for a loss",
                seen: ThresholdsTests.counts("publish", allocations: 3_000, instructions: 1),
                above: [.allocations],
                below: [.instructions]
            ),
        ]
    )
    func compares(_ sample: Sample) {
        let comparison = Self.compare(sample.seen)
        var above: [Metric] = [], below: [Metric] = []
        for finding in comparison.findings {
            switch finding {
            case .above(case: "publish", let metric, let expected, let seen):
                above.append(metric)
                #expect(expected == Self.expected[metric] && seen == sample.seen[metric])
            case .below(case: "publish", let metric, let expected, let seen):
                below.append(metric)
                #expect(expected == Self.expected[metric] && seen == sample.seen[metric])
            default: Issue.record("\(finding)")
            }
        }
        #expect(above == sample.above, "\(sample.why)")
        #expect(below == sample.below, "\(sample.why)")
        #expect(comparison.failedCount == (sample.above.isEmpty ? 0 : 1), "\(sample.why)")
        #expect(comparison.passedCount == (sample.above.isEmpty ? 1 : 0), "\(sample.why)")
    }

    @Test("Nothing expected is nothing allowed")
    func zero() {
        let none = ThresholdsTests.counts("deliver", allocations: 0, bytes: 0)
        let one = ThresholdsTests.counts("deliver", allocations: 1, bytes: 16)
        let comparison = CountComparison([one], to: Thresholds([none]))
        #expect(comparison.findings.count == 2 && comparison.failedCount == 1)
        #expect(CountComparison([none], to: Thresholds([none])).findings.isEmpty)
    }

    @Test("A case without a threshold fails, and so does a threshold without its case")
    func strangers() {
        let comparison = Self.compare(ThresholdsTests.counts("new"))
        #expect(comparison.findings == [.unlisted(case: "new"), .missing(case: "publish")])
        #expect(comparison.failedCount == 2 && comparison.passedCount == 0)
    }

    @Test("A finding names the case, the metric, what was expected and what was seen")
    func names() throws {
        let comparison = Self.compare(ThresholdsTests.counts("publish", instructions: 1_500_000))
        let finding = try #require(comparison.findings.first)
        let text = finding.description
        #expect(["publish", "instructions", "1000.000", "1500.000"].allSatisfy { text.contains($0) })
        #expect(comparison.table.contains { $0.contains(#/publish +2\.000 +0\.0 .* 1500\.000 +\+50\.0/#) })
    }
}

@Suite("Counts of one run")
struct RunCountsTests {
    @Test("A run's line is read back, and counts are shared out over its operations")
    func line() throws {
        let run = RunCounts(name: "publish-64", operations: 2_048, allocations: 515, bytes: 361_820)
        #expect(RunCounts(line: run.line) == run)
        let counts = run.perOperation(instructions: 2_048_000)
        #expect(Metric.allCases.map { counts[$0].description } == ["0.252", "176.670", "1000.000"])
    }

    @Test("Other lines are none", arguments: ["", "publish", "publish\t1\t2", "publish\t0\t2\t3", "publish\t1\t2\tx"])
    func otherLines(line: String) {
        #expect(RunCounts(line: line) == nil)
    }

    @Test("Callgrind's total is found, and nothing else is taken for it")
    func callgrind() {
        let text = "version: 1\nevents: Ir\nsummary: 7\n\nfn=(1) totals\n0 5\n\ntotals: 53262773\n"
        #expect(RunCounts.instructions(callgrind: text) == 53_262_773)
        #expect(RunCounts.instructions(callgrind: "events: Ir\n") == nil)
        #expect(RunCounts.instructions(callgrind: "totals: many\n") == nil)
    }
}
