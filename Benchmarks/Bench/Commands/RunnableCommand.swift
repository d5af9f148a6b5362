internal import ArgumentParser
internal import NIOCore
internal import NIOPosix

/// A subcommand that is a case.
protocol RunnableCommand: AsyncParsableCommand, BenchCase {}

/// A subcommand that loads connections which stay.
typealias LoadCommand = LoadCase & RunnableCommand

extension RunnableCommand {
    var name: String { Self._commandName }

    /// Runs the case on an event loop of its own, tells what it came to, and fails when it is not sound.
    mutating func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let report: Report
        do throws(BenchError) {
            report = try await BenchRunner(group: group).run(self)
            if let path = self.common.json { try Output.file(path, report.json) }
            if let path = self.common.plot { try Output.file(path, ByteBuffer(string: Plot(report).text)) }
        } catch {
            try? await group.shutdownGracefully()
            Output.error("bench: \(error.description)\n")
            throw ExitCode(2)
        }
        Output.standard(report.lines)
        try? await group.shutdownGracefully()
        guard report.isSound else { throw ExitCode(1) }
    }
}
