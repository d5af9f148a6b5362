import ColdStorage
import NIOCore
import Primitives
import TestKit

@testable import Engine

/// The cold store of a driven shard: it answers at once.
extension ShardDriver {
    /// Moves what goes beyond the policy out of memory; returns how many messages.
    @discardableResult
    mutating func offload(under policy: HotPolicy, at now: Timestamp) -> Int {
        let blocks = self.state.offloadable(under: policy, at: now, bytesMax: .max).blocks
        Self.working { () throws(ColdStoreError) in try self.cold.put(blocks) }
        for block in blocks {
            var record = ByteBuffer()
            OffloadedRecord(address: block.mailbox, through: block.seqs.upperBound).write(into: &record)
            self.commit(.offloaded, record)
        }
        return blocks.reduce(0) { $0 + $1.seqs.messageCount }
    }

    /// Deletes what the policy does not keep; returns the mailboxes, each with the last seq that is gone.
    mutating func expire(under policy: HotPolicy, at now: Timestamp) -> [Address: Seq] {
        var deleted: [Address: Seq] = [:]
        for log in self.state.expired(under: policy, at: now) {
            let blocks = Self.working { () throws(ColdStoreError) in try self.cold.headers(of: log.mailbox) }
            guard let deletion = self.state.deletion(of: log.mailbox, through: log.through, blocks) else { continue }
            var record = ByteBuffer()
            deletion.write(into: &record)
            self.commit(.deleted, record)
            deleted[log.mailbox] = deletion.through
        }
        return deleted
    }

    func readCold(_ request: ColdRequest) -> ColdOutcome {
        Self.working { () throws(ColdStoreError) in try request.outcome(from: self.cold) }
    }

    /// A page, wherever its messages lie.
    func history(of mailbox: UInt32, _ query: HistoryQuery) -> HistoryPage {
        let draft = self.state.history(of: mailbox, query)
        return Self.working { () throws(ColdStoreError) in try draft.completed(from: self.cold) }
    }

    /// A message, wherever it lies.
    func message(_ seq: Seq, in mailbox: UInt32) -> Message? {
        if let message = self.state.message(seq, in: mailbox) { return message }
        guard self.state.coldSeqs(of: mailbox)?.contains(seq) == true else { return nil }
        guard case .answer(.message(let message)) = self.readCold(.message(self.state.address(of: mailbox), seq))
        else { return nil }
        return message
    }

    private static func working<Outcome>(_ work: () throws(ColdStoreError) -> Outcome) -> Outcome {
        do throws(ColdStoreError) { return try work() } catch {
            preconditionFailure("the simulated store works: \(error)")
        }
    }
}
