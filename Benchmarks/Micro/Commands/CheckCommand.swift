internal import ArgumentParser
internal import Counts

/// Compares what runs counted with the thresholds.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Compares what runs of all cases counted with the thresholds.",
        discussion: "What is above a threshold fails; what is far below says that the threshold should be lowered."
    )

    @Option(help: ArgumentHelp("CASE.counts is what a run said, CASE.callgrind what was counted.", valueName: "folder"))
    var counted: String

    @Option(help: ArgumentHelp("What each case may take.", valueName: "file"))
    var thresholds: String

    @Flag(help: "Writes what is seen as the thresholds.")
    var update = false

    mutating func run() throws {
        let comparison = try MicroError.exiting { () throws(MicroError) in try self.compare() }
        for line in comparison.table { Output.standard(line) }
        for finding in comparison.findings {
            Output.standard("\(finding.isFailure ? "FAILED" : "warning") \(finding)")
        }
        Output.standard("\(comparison.passedCount) passed, \(comparison.failedCount) failed")
        guard comparison.failedCount == 0 else { throw ExitCode(1) }
    }

    private func compare() throws(MicroError) -> CountComparison {
        var counts: [CaseCounts] = []
        for item in MicroCase.all { counts.append(try self.read(item.name)) }
        if self.update { try Output.file(self.thresholds, Thresholds(counts).text) }
        let path = self.thresholds, text = try Input.text(path)
        do throws(ThresholdsError) {
            return CountComparison(counts, to: try Thresholds(text: text))
        } catch {
            throw .notUnderstood(path: path, reason: error.description)
        }
    }

    private func read(_ name: String) throws(MicroError) -> CaseCounts {
        let path = "\(self.counted)/\(name)"
        let said = try Input.text("\(path).counts"), counted = try Input.text("\(path).callgrind")
        guard let run = RunCounts(line: said.filter { $0 != "\n" }), run.name == name
        else { throw .notUnderstood(path: "\(path).counts", reason: "it is no line of `micro run`") }
        guard let instructions = RunCounts.instructions(callgrind: counted), instructions > 0
        else { throw .notUnderstood(path: "\(path).callgrind", reason: "it has no totals") }
        return run.perOperation(instructions: instructions)
    }
}
