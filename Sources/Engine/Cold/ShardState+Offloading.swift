import ColdStorage
import Primitives

/// Which messages may leave memory.
extension ShardState {
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
            let bounds = BlockBounds(policy.retention[row.kind])
            while first <= through {
                guard bytes < bytesMax else { return (blocks, false) }
                let block = self.block(from: first, through: through, of: UInt32(number), bounds)
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
            let oldest = self.time(of: row.coldEnd.next, in: row)
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
            let at = self.time(of: seq.next, in: row)
            guard at + policy.ageMax < now else { break }
            seq = seq.next
        }
        return seq
    }

    private func block(
        from first: UInt64,
        through last: UInt64,
        of number: UInt32,
        _ bounds: BlockBounds
    ) -> ColdBlock {
        let row = self.mailboxes[Int(number)], mailbox = self.address(of: number)
        var bytes: [UInt8] = [], newestAt = Timestamp(rawValue: 0), seq = first
        let latest = bounds.span.map { self.time(of: Seq(rawValue: first), in: row) + $0 }
        while seq <= last {
            let at = self.time(of: Seq(rawValue: seq), in: row)
            if let latest, at > latest, seq > first { break }
            newestAt = max(newestAt, at)
            unsafe self.withStored(Seq(rawValue: seq), of: row) { stored in
                unsafe withUnsafeBytes(of: UInt32(stored.count).littleEndian) { unsafe bytes.append(contentsOf: $0) }
                unsafe bytes.append(contentsOf: stored)
            }
            seq += 1
            if bytes.count >= bounds.bytes || seq - first >= UInt64(bounds.messages) { break }
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
