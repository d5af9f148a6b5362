package import Primitives

/// Where messages lie that have left memory.
///
/// It is behind the journal: a block counts from the moment when the journal says so, and what it holds beyond that is
/// replaced by what comes later.
package protocol ColdStore: Sendable {
    /// Keeps blocks durably, all or none; of each mailbox, whatever was there from the block's first seq on goes.
    func put(_ blocks: [ColdBlock]) throws(ColdStoreError)

    /// The block that holds a message; nil without one.
    func block(of mailbox: Address, holding seq: Seq) throws(ColdStoreError) -> ColdBlock?

    /// The headers of one mailbox's blocks, oldest first, deleted ones among them.
    func headers(of mailbox: Address) throws(ColdStoreError) -> [ColdBlockHeader]

    /// Blocks of mailboxes of a kind whose messages are all older than an instant, and which are not deleted.
    func headers(
        of kind: AddressKind,
        before instant: Timestamp,
        countMax: Int
    ) throws(ColdStoreError) -> [ColdBlockHeader]

    /// Notes since when blocks are deleted; they stay for restores until `purge`.
    func markDeleted(_ deletions: [ColdDeletion]) throws(ColdStoreError)

    /// Lets go of blocks that were deleted at a position or before; returns how many.
    func purge(through position: JournalPosition) throws(ColdStoreError) -> Int

    /// What it holds, for gauges.
    func size() throws(ColdStoreError) -> ColdStoreSize

    /// Lets the files go.
    func close()
}

/// How much a cold store holds.
package struct ColdStoreSize: Equatable, Sendable {
    package var blocks: Int
    package var messages: Int

    package init(blocks: Int, messages: Int) {
        self.blocks = blocks
        self.messages = messages
    }
}
