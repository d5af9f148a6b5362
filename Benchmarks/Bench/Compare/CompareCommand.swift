internal import ArgumentParser

/// Sets two results side by side.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Sets two results of one case side by side, as --json wrote them.",
        discussion: """
            The ratio is the second figure to the first. Runs on one machine differ by a tenth from one to the next: \
            compare medians of several, made in turn.

            Exit status: 0; 1 when one of the runs had trouble, so that its figures do not count; 2 when there is \
            nothing to compare.
            """
    )

    @Argument(help: ArgumentHelp("The first result.", valueName: "before.json"))
    var before: String

    @Argument(help: ArgumentHelp("The second one.", valueName: "after.json"))
    var after: String

    mutating func run() throws {
        let comparison: Comparison
        do throws(BenchError) {
            comparison = try Comparison(Self.read(self.before), Self.read(self.after))
        } catch {
            Output.error("bench: \(error.description)\n")
            throw ExitCode(2)
        }
        Output.standard(comparison.lines)
        guard comparison.isSound else { throw ExitCode(1) }
    }

    private static func read(_ path: String) throws(BenchError) -> ReportDocument {
        guard let document = ReportDocument(json: try Input.file(path)) else { throw .notAReport(path: path) }
        return document
    }
}
