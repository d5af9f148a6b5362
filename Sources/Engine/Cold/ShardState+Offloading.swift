import ColdStorage
import Primitives

/// Which messages may leave memory.
extension ShardState {
    /// A block is no larger than this, but for a single message.
    private static let blockBytes = 256 << 10
    private static let blockMessages = 1024

    /// Copies messages that go beyond the policy into blocks, up to about `bytesMax`; whether that was all of them.
    func offloadable(
        under policy: HotPolicy,
        at now: Timestamp,
        bytesMax: Int
    ) -> (blocks: [ColdBlock], isAll: Bool) {
        var blocks: [ColdBlock] = [], bytes = 0
        for number in self.mailboxes.indices {
            let row = self.mailboxes[number]
            guard var through = self.offloadEnd(of: row, under: policy, at: now).map({ $0.rawValue }) else { continue }
            var first = row.coldEnd.rawValue + 1
            through = min(through, row.head.rawValue - 1)
            while first <= through {
                guard bytes < bytesMax else { return (blocks, false) }
                let block = self.block(from: first, through: through, of: UInt32(number))
                bytes += block.bytes.count
                first = block.seqs.upperBound.rawValue + 1
                blocks.append(block)
            }
        }
        return (blocks, true)
    }

    /// The last message that is to leave memory; nil when none is.
    private func offloadEnd(of row: Mailbox, under policy: HotPolicy, at now: Timestamp) -> Seq? {
        let hotCount = Int(row.log.count)
        guard hotCount > 1 else { return nil }
        var end = row.coldEnd
        if policy.countMax > 0, hotCount > policy.countMax + HotPolicy.slack(policy.countMax) {
            end = Seq(rawValue: row.head.rawValue - UInt64(policy.countMax))
        }
        if policy.bytesMax > 0, row.hotBytes > policy.bytesMax + HotPolicy.slack(policy.bytesMax) {
            end = max(end, self.end(of: row, leaving: policy.bytesMax))
        }
        if policy.ageMax > .zero {
            let oldest = unsafe self.withStored(row.coldEnd.next, of: row) { unsafe StoredMessage($0).at }
            if oldest + policy.ageMax + policy.ageMax / 8 < now { end = max(end, self.end(of: row, at: now, policy)) }
        }
        return end > row.coldEnd ? end : nil
    }

    private func end(of row: Mailbox, leaving bytesMax: Int) -> Seq {
        var left = row.hotBytes, seq = row.coldEnd
        while left > bytesMax, seq < row.head {
            seq = seq.next
            left -= Int(Mailbox.units(unsafe self.withStored(seq, of: row) { $0.count })) * 16
        }
        return seq
    }

    private func end(of row: Mailbox, at now: Timestamp, _ policy: HotPolicy) -> Seq {
        var seq = row.coldEnd
        while seq < row.head {
            let at = unsafe self.withStored(seq.next, of: row) { unsafe StoredMessage($0).at }
            guard at + policy.ageMax < now else { break }
            seq = seq.next
        }
        return seq
    }

    private func block(from first: UInt64, through last: UInt64, of number: UInt32) -> ColdBlock {
        let row = self.mailboxes[Int(number)], mailbox = self.address(of: number)
        var bytes: [UInt8] = [], newestAt = Timestamp(rawValue: 0), seq = first
        while seq <= last {
            unsafe self.withStored(Seq(rawValue: seq), of: row) { stored in
                unsafe withUnsafeBytes(of: UInt32(stored.count).littleEndian) { unsafe bytes.append(contentsOf: $0) }
                unsafe bytes.append(contentsOf: stored)
                newestAt = max(newestAt, unsafe StoredMessage(stored).at)
            }
            seq += 1
            if bytes.count >= Self.blockBytes || seq - first >= UInt64(Self.blockMessages) { break }
        }
        let seqs = Seq(rawValue: first)...Seq(rawValue: seq - 1)
        return ColdBlock(
            mailbox: mailbox,
            seqs: seqs,
            newestAt: newestAt,
            hash: self.hash(of: seqs.lowerBound..<seqs.upperBound.next, in: number),
            bytes: bytes
        )
    }
}
