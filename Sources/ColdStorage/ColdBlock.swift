package import Primitives

/// Messages of one mailbox that left memory together.
package struct ColdBlock: Equatable, Sendable {
    package var mailbox: Address
    package var seqs: ClosedRange<Seq>
    /// When the last of them was published.
    package var newestAt: Timestamp
    /// The state hash of all of them.
    package var hash: StateHash
    /// The stored messages, each behind its length in 4 bytes, little-endian (Docs/formats.md, "Stored message").
    package var bytes: [UInt8]

    package init(
        mailbox: Address,
        seqs: ClosedRange<Seq>,
        newestAt: Timestamp,
        hash: StateHash,
        bytes: [UInt8]
    ) {
        self.mailbox = mailbox
        self.seqs = seqs
        self.newestAt = newestAt
        self.hash = hash
        self.bytes = bytes
    }
}

/// What is known of a block without reading it.
package struct ColdBlockHeader: Equatable, Sendable {
    package var mailbox: Address
    package var seqs: ClosedRange<Seq>
    package var newestAt: Timestamp
    package var hash: StateHash

    package init(mailbox: Address, seqs: ClosedRange<Seq>, newestAt: Timestamp, hash: StateHash) {
        self.mailbox = mailbox
        self.seqs = seqs
        self.newestAt = newestAt
        self.hash = hash
    }
}

/// A mailbox's blocks up to a seq are deleted since a position of the journal.
package struct ColdDeletion: Equatable, Sendable {
    package var mailbox: Address
    package var through: Seq
    package var position: JournalPosition

    package init(mailbox: Address, through: Seq, position: JournalPosition) {
        self.mailbox = mailbox
        self.through = through
        self.position = position
    }
}

extension ClosedRange<Seq> {
    /// How many seqs these are.
    package var messageCount: Int { Int(self.upperBound.rawValue - self.lowerBound.rawValue) + 1 }
}
