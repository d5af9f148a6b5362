import ColdStorage
import Disks
import Engine
import Foundation
import Primitives
import Sealing
import Snapshots
import Wire

/// Makes one data directory out of another, with progress and a report for people or programs.
struct CopyOfDirectory {
    let from: String
    let to: String
    let point: StateReader.Point
    let isJSON: Bool
    /// What the source is opened with, and the copy sealed.
    let keys: KeyRing

    /// A segment of a running server may be freed while it is read; then everything is read once more.
    private static let attempts = 3

    func make() throws {
        let started = ContinuousClock.now
        let progress = ProgressLine("restoring")
        let report = Result { () throws(RecoveryError) in try self.run(progress) }
        progress.end()
        switch report {
        case .failure(let error): throw CommandError("\(error)")
        case .success(let report):
            try self.copyOperatorKey()
            self.tell(report, after: ContinuousClock.now - started)
        }
    }

    private func run(_ progress: ProgressLine) throws(RecoveryError) -> Restoration.Report {
        let restoration = Restoration(
            disk: RealDisk(),
            from: self.from,
            to: self.to,
            keyWindow: Limits().keyWindow,
            keys: self.keys,
            coldStores: self.coldStores
        )
        for attempt in 1... {
            do throws(RecoveryError) {
                return try restoration.run(to: self.point, at: SystemTime().now()) { progress.show("position \($0)") }
            } catch {
                guard error.isOfLiveSource, attempt < Self.attempts else { throw error }
            }
        }
        preconditionFailure("the last attempt returns or throws")
    }

    private var coldStores: ColdStores {
        let keys = self.keys
        return ColdStores(
            read: { (directory) throws(ColdStoreError) in try SQLiteColdStore(reading: directory, keys: keys) },
            make: { (directory) throws(ColdStoreError) in try SQLiteColdStore(dataDirectory: directory, keys: keys) }
        )
    }

    private func tell(_ report: Restoration.Report, after elapsed: Duration) {
        if self.isJSON {
            return StandardOutput.writeLine { writer in
                writer.beginObject()
                writer.member("position", report.position.rawValue)
                writer.member("records", Int64(report.replayedRecords))
                writer.member("renewedEpochs", Int64(report.renewedEpochs))
                writer.member("coldMessages", Int64(report.coldMessages))
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
        if report.coldMessages > 0 {
            StandardOutput.writeLine("\(report.coldMessages) messages were copied from the cold store.")
        }
        StandardOutput.writeLine("It is on hold: `switchboard release --data \(self.to)` lets it send out again.")
    }

    /// The keys that were derived from it go on being valid.
    private func copyOperatorKey() throws {
        let files = FileManager.default, name = "operator.key"
        guard files.fileExists(atPath: "\(self.from)/\(name)") else { return }
        try files.copyItem(atPath: "\(self.from)/\(name)", toPath: "\(self.to)/\(name)")
        try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(self.to)/\(name)")
    }
}

extension RecoveryError {
    /// Whether a server that goes on writing may have taken away what was being read.
    fileprivate var isOfLiveSource: Bool {
        switch self {
        case .journal, .cold(.damaged): true
        default: false
        }
    }
}
