import ArgumentParser
import Disks
import Engine
import Foundation
import NIOPosix
import Primitives
import Snapshots
import Wire

extension SnapshotsCommand {
    /// The command `switchboard snapshots create`.
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes a snapshot now: of a running server, or of a stopped directory."
        )

        @OptionGroup var options: DirectoryOptions

        @Option(help: "Make a copy there, too: a data directory that starts elsewhere, on hold. It must be empty.")
        var to: String?

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            if try DataDirectory.isInUse(self.options.data) {
                let client = try OperatorClient(directory: self.options.data, environment: environment)
                let answer = try await client.post("/v1/snapshots")
                guard answer.status < 300 else { throw CommandError("The server refused: \(answer.body)") }
                StandardOutput.writeLine(answer.body)
            } else {
                let entry = try await self.takeOfStopped()
                if self.options.json {
                    StandardOutput.writeLine { $0.snapshot(entry) }
                } else {
                    StandardOutput.writeLine(entry.line)
                }
            }
            guard let to else { return }
            try CopyOfDirectory(
                from: self.options.data,
                to: to,
                point: .end,
                isJSON: self.options.json,
                keys: try self.options.keyOptions.keys()
            ).make()
        }

        private func takeOfStopped() async throws -> SnapshotEntry {
            var configuration = Configuration()
            configuration.data = self.options.data
            let engine = try Engine.open(
                configuration.engine(time: SystemTime(), keys: try self.options.keyOptions.keys()),
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton
            )
            try await engine.start { _ in exitAfterFailure() }
            let entry = try await engine.snapshot()
            await engine.stop(withSnapshot: false)
            return entry
        }
    }

    /// The command `switchboard snapshots restore`.
    struct Restore: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Builds a data directory from another one, as it was at its end or at a point before."
        )

        @Option(help: "The data directory to read.")
        var from: String

        @Option(help: "The data directory to make; it must be empty or not exist.")
        var to: String

        @Option(help: "Where to stop: an RFC 3339 time, or a position.")
        var at: String?

        @OptionGroup var keyOptions: KeyOptions

        @Flag(help: "Write JSON.")
        var json = false

        /// Accepted like everywhere else; the directories are named by the other options.
        @Option(help: .hidden)
        var data: String?

        func run() throws {
            try CopyOfDirectory(
                from: self.from,
                to: self.to,
                point: try self.point(),
                isJSON: self.json,
                keys: try self.keyOptions.keys()
            ).make()
        }

        private func point() throws -> StateReader.Point {
            guard let at = self.at else { return .end }
            if let position = UInt64(at) { return .position(JournalPosition(rawValue: position)) }
            let styles = [
                Date.ISO8601FormatStyle(includingFractionalSeconds: false), .init(includingFractionalSeconds: true),
            ]
            for style in styles {
                guard let date = try? style.parse(at) else { continue }
                return .time(Timestamp(rawValue: Int64((date.timeIntervalSince1970 * 1000).rounded())))
            }
            throw ValidationError("--at takes an RFC 3339 time, as 2026-11-21T12:00:00Z, or a position.")
        }
    }
}

extension Timestamp {
    /// RFC 3339, for people.
    var text: String {
        Date(timeIntervalSince1970: Double(self.rawValue) / 1000).formatted(
            Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        )
    }
}
