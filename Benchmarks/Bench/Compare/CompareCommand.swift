internal import ArgumentParser

/// Sets two results side by side.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Sets two results of one case, or of one suite, side by side, as --json wrote them.",
        discussion: """
            The ratio is the second figure to the first. Runs on one machine differ by a tenth from one to the next: \
            compare several, made in turn. Where a file holds several runs of a case, their medians stand there.

            Exit status: 0; 1 when one of the runs had trouble, so that its figures do not count; 2 when there is \
            nothing to compare.
            """
    )

    @Argument(help: ArgumentHelp("The first result.", valueName: "before.json"))
    var before: String

    @Argument(help: ArgumentHelp("The second one.", valueName: "after.json"))
    var after: String

    mutating func run() throws {
        let comparisons: [Comparison]
        do throws(BenchError) {
            comparisons = try Comparison.all(Self.read(self.before), Self.read(self.after))
        } catch {
            Output.error("bench: \(error.description)\n")
            throw ExitCode(2)
        }
        Output.standard(Array(comparisons.map(\.lines).joined(separator: [""])))
        guard comparisons.allSatisfy(\.isSound) else { throw ExitCode(1) }
    }

    private static func read(_ path: String) throws(BenchError) -> [ReportDocument] {
        guard let results = ResultFile(json: try Input.file(path))?.results else { throw .notAReport(path: path) }
        return results
    }
}
