import ColdStorage
import Primitives

/// A mailbox that holds more than its kind's retention allows.
struct ExpiredLog: Equatable, Sendable {
    var mailbox: Address
    /// Messages up to this one are to be deleted.
    var through: Seq
    /// Whether some of them lie in the cold store.
    var isCold: Bool
}

/// What retention deletes.
extension ShardState {
    /// Mailboxes with messages that are too many; or too old, as far as they are in memory.
    func expired(under policy: HotPolicy, at now: Timestamp) -> [ExpiredLog] {
        guard !policy.retention.isEmpty else { return [] }
        var expired: [ExpiredLog] = []
        for number in self.mailboxes.indices {
            let row = self.mailboxes[number]
            guard let retention = policy.retention[row.kind] else { continue }
            let deletedEnd = self.deletedEnd(of: UInt32(number))
            var through = deletedEnd
            if retention.countMax > 0, row.head.rawValue > UInt64(retention.countMax) {
                through = max(through, Seq(rawValue: row.head.rawValue - UInt64(retention.countMax)))
            }
            if retention.age > .zero { through = max(through, self.agedEnd(of: row, retention.age, at: now)) }
            guard through > deletedEnd else { continue }
            let address = self.address(of: UInt32(number))
            expired.append(ExpiredLog(mailbox: address, through: through, isCold: row.coldEnd > deletedEnd))
        }
        return expired
    }

    /// The last message in memory that is too old, when the first one is; zero without one.
    private func agedEnd(of row: Mailbox, _ age: Duration, at now: Timestamp) -> Seq {
        var seq = row.coldEnd
        while seq < row.head {
            let at = self.time(of: seq.next, in: row)
            guard at + age < now else { break }
            seq = seq.next
        }
        return seq > row.coldEnd ? seq : .zero
    }

    /// The record that deletes a mailbox's messages up to a seq, or as far as `blocks`, its cold ones, reach without a
    /// gap; nil when there is nothing to delete.
    func deletion(of mailbox: Address, through seq: Seq, _ blocks: [ColdBlockHeader]) -> DeletedRecord? {
        guard let number = self.mailboxNumber(mailbox) else { return nil }
        let row = self.mailboxes[Int(number)], begin = self.deletedEnd(of: number)
        var end = begin, hash = StateHash()
        for block in blocks where block.seqs.lowerBound == end.next && block.seqs.upperBound <= min(seq, row.coldEnd) {
            end = block.seqs.upperBound
            hash.add(block.hash)
        }
        if end == row.coldEnd { end = max(end, min(seq, row.head)) }
        guard end > begin else { return nil }
        return DeletedRecord(address: mailbox, through: end, coldHash: hash)
    }
}
