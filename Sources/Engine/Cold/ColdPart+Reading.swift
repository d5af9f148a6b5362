import ColdStorage
import NIOCore
import Primitives

extension ColdPart {
    /// Gives the messages in the wanted order to `body` until it returns false.
    ///
    /// Fails with `damaged` when one is not there.
    func forEach(
        of mailbox: Address,
        in store: any ColdStore,
        _ body: (Message) -> Bool
    ) throws(ColdStoreError) {
        var rest: ClosedRange<Seq>? = self.seqs
        while let seqs = rest {
            let seq = self.isNewestFirst ? seqs.upperBound : seqs.lowerBound
            guard let block = try store.block(of: mailbox, holding: seq), block.seqs.contains(seq)
            else { throw .damaged(mailbox, seq...seq) }
            var messages = try block.messages()
            messages.removeAll { !seqs.contains($0.seq) }
            if self.isNewestFirst { messages.reverse() }
            for message in messages { guard body(message) else { return } }
            rest =
                self.isNewestFirst
                ? seqs.clamped(through: Seq(rawValue: block.seqs.lowerBound.rawValue - 1))
                : seqs.clamped(after: block.seqs.upperBound)
        }
    }
}

extension ColdBlock {
    /// The messages, oldest first.
    ///
    /// Fails with `damaged` when they are not those that the block speaks of.
    func messages() throws(ColdStoreError) -> [Message] {
        var messages: [Message] = []
        unsafe try self.forEachStored { bytes in unsafe messages.append(Message(stored: bytes, in: self.mailbox)) }
        return messages
    }

    /// Gives each stored message to `body`, oldest first.
    func forEachStored(_ body: (UnsafeRawBufferPointer) -> Void) throws(ColdStoreError) {
        var offset = 0, expected = self.seqs.lowerBound
        let isWhole = unsafe self.bytes.withUnsafeBytes { all in
            while offset < all.count {
                guard all.count - offset >= 4 else { return false }
                let count = unsafe Int(UInt32(littleEndian: all.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
                guard all.count - offset - 4 >= count else { return false }
                let bytes = unsafe UnsafeRawBufferPointer(rebasing: all[offset + 4..<offset + 4 + count])
                guard let stored = unsafe StoredMessage(checking: bytes), stored.seq == expected else { return false }
                unsafe body(bytes)
                expected = expected.next
                offset += 4 + count
            }
            return expected == self.seqs.upperBound.next
        }
        guard isWhole else { throw .damaged(self.mailbox, self.seqs) }
    }
}
