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

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            if try DataDirectory.isInUse(self.options.data) {
                let client = try OperatorClient(directory: self.options.data, environment: environment)
                let answer = try await client.post("/v1/snapshots")
                guard answer.status < 300 else { throw CommandError("The server refused: \(answer.body)") }
                return StandardOutput.writeLine(answer.body)
            }
            let entry = try await self.takeOfStopped()
            if self.options.json {
                StandardOutput.writeLine { $0.snapshot(entry) }
            } else {
                StandardOutput.writeLine(entry.line)
            }
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
            let point = try self.point()
            let started = ContinuousClock.now
            let restoration = Restoration(
                disk: RealDisk(),
                from: self.from,
                to: self.to,
                keyWindow: Limits().keyWindow,
                keys: try self.keyOptions.keys()
            )
            let progress = ProgressLine("restoring")
            let report: Restoration.Report
            do throws(RecoveryError) {
                report = try restoration.run(to: point, at: SystemTime().now()) { progress.show("position \($0)") }
            } catch {
                progress.end()
                throw CommandError("\(error)")
            }
            progress.end()
            try Self.copyOperatorKey(from: self.from, to: self.to)
            self.tell(report, after: ContinuousClock.now - started)
        }

        private func point() throws -> Restoration.Point {
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

        private func tell(_ report: Restoration.Report, after elapsed: Duration) {
            if self.json {
                return StandardOutput.writeLine { writer in
                    writer.beginObject()
                    writer.member("position", report.position.rawValue)
                    writer.member("records", Int64(report.replayedRecords))
                    writer.member("renewedEpochs", Int64(report.renewedEpochs))
                    writer.member("hash", report.hash.description)
                    writer.key("snapshot")
                    writer.snapshot(report.snapshot)
                    writer.endObject()
                }
            }
            for (snapshot, error) in report.damagedSnapshots {
                StandardOutput.writeLine("Passed over \(snapshot.file): \(error)")
            }
            StandardOutput.writeLine("Restored \(self.to) to position \(report.position) in \(elapsed.setting).")
            StandardOutput.writeLine("It is on hold: `switchboard release --data \(self.to)` lets it send out again.")
        }

        /// The keys that were derived from it go on being valid.
        private static func copyOperatorKey(from source: String, to target: String) throws {
            let files = FileManager.default, name = "operator.key"
            guard files.fileExists(atPath: "\(source)/\(name)") else { return }
            try files.copyItem(atPath: "\(source)/\(name)", toPath: "\(target)/\(name)")
            try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(target)/\(name)")
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
