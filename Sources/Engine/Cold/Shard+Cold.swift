import ColdStorage
import Journaling
import NIOCore
import Primitives

/// What one visit takes out of a shard.
struct OffloadBatch: Sendable {
    var blocks: [ColdBlock]
    /// Nothing more is to leave this shard now.
    var isAll: Bool
    /// The shard's last record when the copies were made.
    var position: JournalPosition
}

/// Messages on their way out of memory.
extension Shard {
    /// Copies what is to leave memory.
    func offloadBatch(under policy: HotPolicy, at now: Timestamp, bytesMax: Int) -> OffloadBatch {
        let (blocks, isAll) = self.state.offloadable(under: policy, at: now, bytesMax: bytesMax)
        return OffloadBatch(blocks: blocks, isAll: isAll, position: self.position)
    }

    /// Writes down that a batch is in the cold store, and frees its memory.
    ///
    /// False when some of it is still to be told to followers: it goes another time.
    func offloaded(_ batch: OffloadBatch) -> Bool {
        guard self.refusal == nil, self.hasTold(through: batch.position) else { return false }
        for (number, block) in batch.blocks.enumerated() {
            // One record for all blocks of a mailbox.
            let next = number + 1
            if next < batch.blocks.count, batch.blocks[next].mailbox == block.mailbox { continue }
            OffloadedRecord(address: block.mailbox, through: block.seqs.upperBound).write(into: &self.record)
            self.commit(.offloaded)
        }
        self.context.countOffloaded(batch.blocks.reduce(0) { $0 + $1.seqs.messageCount })
        self.context.begin(self)
        self.context.flushSoon()
        return true
    }

    /// Mailboxes with more than their retention allows, and the shard's last record at this moment.
    func expired(under policy: HotPolicy, at now: Timestamp) -> (logs: [ExpiredLog], position: JournalPosition) {
        (self.state.expired(under: policy, at: now), self.position)
    }

    /// Deletes a mailbox's messages up to a seq; returns since when which are deleted, nil when nothing can be now.
    func delete(
        _ mailbox: Address,
        through seq: Seq,
        _ blocks: [ColdBlockHeader],
        seenAt position: JournalPosition
    ) -> ColdDeletion? {
        guard self.refusal == nil, self.hasTold(through: position), let number = self.state.mailboxNumber(mailbox)
        else { return nil }
        if let record = self.state.deletion(of: mailbox, through: seq, blocks) {
            record.write(into: &self.record)
            self.commit(.deleted)
            self.endBatch()
            self.context.begin(self)
            self.context.flushSoon()
        }
        // Told again after a crash that came before the store was told.
        return ColdDeletion(mailbox: mailbox, through: self.state.deletedEnd(of: number), position: self.position)
    }

    /// Asks the cold store for what an answer needs; it follows when that is there.
    func readCold(_ reply: ReplyTarget, _ request: ColdRequest) { self.effects.append(.cold(reply, request)) }

    func carryCold(_ reply: ReplyTarget, _ request: ColdRequest) {
        let context = self.context
        context.readCold(request) { outcome in
            context.eventLoop.execute {
                switch outcome {
                case .answer(let answer): context.carry(answer, to: reply)
                case .command(let command): context.route(RoutedCommand(command: command, reply: reply), to: self)
                }
                context.flushSoon()
            }
        }
    }
}
