package import ColdStorage
package import Primitives

/// Reads every cold message that a data directory counts on, and says which are not there.
package struct ColdVerification: Sendable {
    /// What was found.
    package struct Report: Sendable {
        /// The state was read up to here.
        package var position: JournalPosition
        package var mailboxes = 0
        package var messages = 0
        /// One for each mailbox with messages that are missing or damaged.
        package var damages: [ColdStoreError] = []
    }

    private let reader: StateReader

    package init(_ reader: StateReader) { self.reader = reader }

    /// Goes through all of them; `progress` is told of mailboxes done, and of how many there are.
    package func run(
        _ store: (any ColdStore)?,
        progress: (Int, Int) -> Void
    ) throws(RecoveryError) -> Report {
        let past = try self.reader.read(to: .end) { _ in }
        let logs = past.state.shards.flatMap { shard in shard.colds.keys.compactMap { shard.coldLog(of: $0) } }
        var report = Report(position: past.reached)
        for log in logs {
            report.mailboxes += 1
            do throws(ColdStoreError) {
                guard let store else { throw .missing }
                try log.forEachBlock(in: store) { report.messages += $0.seqs.messageCount }
            } catch {
                guard case .damaged = error else { throw .cold(error) }
                report.damages.append(error)
            }
            progress(report.mailboxes, logs.count)
        }
        return report
    }
}
