import Bench
import NIOCore
import Testing

@Suite("Comparisons")
struct ComparisonTests {
    private static func document(_ change: (inout Report) -> Void = { _ in }) throws -> ReportDocument {
        try #require(ReportDocument(json: Array(ReportTests.report(change).json.readableBytesView)))
    }

    @Test("Figures and latencies of two runs stand side by side, with the ratio of the second to the first")
    func sideBySide() throws {
        let after = try Self.document { report in
            report.figures = [.init("deliveries", "deliveries", 2_469_134.8, "/s"), .init("new", "new", 1, "/s")]
        }
        let text = try Comparison(Self.document(), after).lines.joined(separator: "\n")
        #expect(text.contains(#/deliveries, /s +1\.23 M +2\.47 M +2\.00/#))
        #expect(text.contains(#/delivery p50 +5\.0\d ms +5\.0\d ms +1\.00/#))
        #expect(text.contains(#/delivery max +10\.0 ms/#))
        #expect(!text.contains("new"))
    }

    @Test("What the runs differ in is said, and so is trouble")
    func remarks() throws {
        let after = try Self.document { report in
            report.parameters[0] = .init("window", .integer(8))
            report.trouble.missing = 1
        }
        let comparison = try Comparison(Self.document(), after)
        let text = comparison.lines.joined(separator: "\n")
        #expect(text.contains("The runs differ in window: 64 and 8."))
        #expect(text.contains("TROUBLE in the second run"))
        #expect(!text.contains("first run") && !comparison.isSound)
    }

    @Test("Two cases are not compared, and other files are no results")
    func refused() throws {
        let other = Report(name: "groups", url: "http://127.0.0.1:8080")
        let document = try #require(ReportDocument(json: Array(other.json.readableBytesView)))
        #expect(throws: BenchError.differentCases("fanout", "groups")) { try Comparison(Self.document(), document) }
        for text in ["", "[]", "{}", "{\"case\":\"fanout\"}", "no JSON"] {
            #expect(ReportDocument(json: Array(text.utf8)) == nil)
        }
    }
}
