import Frames
import NIOCore
import Primitives

/// From new messages to frames: each is encoded once per variant that anybody wants, for all loops together (E2).
extension Shard {
    func broadcast(_ mailbox: UInt32, _ seqs: ClosedRange<Seq>) {
        guard let audience = self.audiences[mailbox] else { return }
        self.send(to: mailbox, audience, seqs) { frames in
            _ = Self.encode(&self.state, mailbox, seqs, into: &frames)
        }
    }

    /// Appends messages that are in memory until the frames have `bytesMax`, but one at least; returns the last one.
    ///
    /// The state is read where it is: see `inPlace`.
    static func encode(
        _ state: inout ShardState,
        _ mailbox: UInt32,
        _ seqs: ClosedRange<Seq>,
        bytesMax: Int = .max,
        into frames: inout FrameBatch
    ) -> Seq {
        let row = state.mailboxes[Int(mailbox)]
        var last = seqs.lowerBound
        state.addresses.withName(mailbox) { channel in
            for seq in seqs.lowerBound.rawValue...seqs.upperBound.rawValue {
                last = Seq(rawValue: seq)
                unsafe state.withStored(last, of: row) { bytes in
                    unsafe frames.appendPublication(bytes, channel: channel)
                }
                if frames.buffer.readableBytes >= bytesMax { break }
            }
        }
        return last
    }

    func announce(_ announcement: Announcement, in mailbox: UInt32) {
        guard let audience = self.audiences[mailbox] else { return }
        let channel = self.state.addresses.name(mailbox)
        self.send(to: mailbox, audience) { $0.append(announcement, channel: channel) }
    }

    private func send(
        to mailbox: UInt32,
        _ audience: Audience,
        _ seqs: ClosedRange<Seq>? = nil,
        _ encode: (inout FrameBatch) -> Void
    ) {
        let ref = MailboxRef(shard: self.id, number: mailbox)
        var batches = FrameBatches(seqs)
        for variant in FrameVariant.allCases where audience.wants(variant) {
            var batch = FrameBatch(variant: variant, deflater: self.context.codecs.deflater())
            encode(&batch)
            batches[variant] = batch.buffer
        }
        for loop in 0..<self.context.loopCount where audience.isOn(loop) {
            self.context.carry(.broadcast(ref, batches), to: UInt16(loop))
        }
    }
}
