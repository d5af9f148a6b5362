import Bench
import NIOCore
import Testing

@Suite("Suites")
struct SuiteTests {
    private static func document(_ change: (inout Report) -> Void = { _ in }) throws -> ReportDocument {
        try #require(ReportDocument(json: Array(ReportTests.report(change).json.readableBytesView)))
    }

    @Test("Names stand for cases, a series for several, and one that is none is named")
    func names() throws {
        #expect(try NamedCase.named(["F1,CS", "F2w1"]).map(\.name) == ["F1", "CS", "F2w1"])
        #expect(try NamedCase.named(["memory"]).count == 5)
        #expect(try NamedCase.named(["scaling-100"]).first?.arguments.contains("100") == true)
        let known = NamedCase.all.map(\.name) + NamedCase.series.map(\.name)
        #expect(throws: BenchError.unknownCase("F9", known: known)) { try NamedCase.named(["F1", "F9"]) }
        #expect(Set(known).count == known.count)
    }

    @Test("Every named case is a command that is understood, and each case of the design is there")
    func understood() throws {
        let names = Set(NamedCase.all.map(\.name))
        #expect(names.isSuperset(of: ["F1", "F2", "F2w1", "F3", "F4", "P1", "C10", "C19", "CS"]))
        for named in NamedCase.all + NamedCase.series.flatMap(\.cases) {
            #expect(named.isUnderstood, "\(named.name)")
        }
    }

    @Test("A file of a suite is read as it was written, and more is added to it")
    func file() throws {
        var file = ResultFile()
        for named in ["F1", "F2"] { file.add(ReportTests.report { $0.named = named }) }
        var again = try #require(ResultFile(json: Array(file.json.readableBytesView)))
        again.add(ReportTests.report { $0.named = "F1" })
        let results = try #require(ResultFile(json: Array(again.json.readableBytesView))?.results)
        #expect(results.map(\.label) == ["F1", "F2", "F1"])
        #expect(ReportDocument.byLabel(results).map(\.runs.count) == [2, 1])
    }

    @Test("A single result is a file too, and other text is none", arguments: ["", "[]", "{\"suite\":[{}]}", "{}"])
    func single(text: String) throws {
        let single = Array(ReportTests.report().json.readableBytesView)
        #expect(ResultFile(json: single)?.results?.map(\.label) == ["fanout"])
        #expect(ResultFile(json: Array(text.utf8)) == nil)
    }

    @Test("Several runs stand for their median, which is sound only when all are")
    func median() throws {
        let runs = try [3.0, 1, 2].map { value in
            try Self.document { $0.figures = [.init("deliveries", "deliveries", value, "/s")] }
        }
        let unsound = try Self.document { $0.trouble.missing = 1 }
        let lines = try Comparison.all([runs[0]], runs)[0].lines.joined(separator: "\n")
        #expect(lines.contains(#/deliveries, /s +3 +2 +0\.67/#))
        #expect(lines.contains(#/delivery p50 +5\.0\d ms +5\.0\d ms +1\.00/#))
        #expect(try Comparison.all([runs[0]], runs + [unsound])[0].isSound == false)
    }

    @Test("Times of which there are none are not compared")
    func empty() throws {
        let text = try Comparison(Self.document(), Self.document()).lines.joined(separator: "\n")
        #expect(text.contains("delivery p50") && !text.contains("none p50") && !text.contains("0 ns"))
    }
}
