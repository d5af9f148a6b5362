package import ColdStorage
import Primitives

/// How the cold stores of two data directories are opened.
package struct ColdStores: Sendable {
    /// The store of a directory that is only read; nil when it has none.
    package var read: @Sendable (String) throws(ColdStoreError) -> (any ColdStore)?
    /// A store in a new directory.
    package var make: @Sendable (String) throws(ColdStoreError) -> any ColdStore

    package init(
        read: @escaping @Sendable (String) throws(ColdStoreError) -> (any ColdStore)?,
        make: @escaping @Sendable (String) throws(ColdStoreError) -> any ColdStore
    ) {
        self.read = read
        self.make = make
    }
}

/// Copies the blocks that a state counts on from one cold store to another.
struct ColdCopy {
    private static let batchBytes = 4 << 20

    let source: any ColdStore
    let target: any ColdStore

    /// Returns how many messages were copied.
    ///
    /// Fails with `damaged` when a block is not what the state says it is.
    func run(_ state: LoadedState) throws(ColdStoreError) -> Int {
        var batch: [ColdBlock] = [], bytes = 0, messages = 0
        for shard in state.shards {
            for number in shard.colds.keys.sorted() {
                guard let log = shard.coldLog(of: number) else { continue }
                try log.forEachBlock(in: self.source) { (block) throws(ColdStoreError) in
                    messages += block.seqs.messageCount
                    bytes += block.bytes.count
                    batch.append(block)
                    guard bytes >= Self.batchBytes else { return }
                    try self.target.put(batch)
                    batch.removeAll()
                    bytes = 0
                }
            }
        }
        try self.target.put(batch)
        return messages
    }
}

/// What the state says of one mailbox's messages in the cold store.
struct ExpectedColdLog: Sendable {
    var mailbox: Address
    var seqs: ClosedRange<Seq>
    var hash: StateHash

    /// Gives each block to `body`, oldest first, once it is known to be whole.
    ///
    /// Fails with `damaged` when one is missing or another than the state says, and with what `body` fails with.
    func forEachBlock(
        in store: any ColdStore,
        _ body: (ColdBlock) throws(ColdStoreError) -> Void
    ) throws(ColdStoreError) {
        var next = self.seqs.lowerBound, sum = StateHash()
        while next <= self.seqs.upperBound {
            guard let block = try store.block(of: self.mailbox, holding: next), block.seqs.lowerBound == next,
                block.seqs.upperBound <= self.seqs.upperBound, try block.measuredHash() == block.hash
            else { throw .damaged(self.mailbox, next...self.seqs.upperBound) }
            sum.add(block.hash)
            try body(block)
            next = block.seqs.upperBound.next
        }
        guard sum == self.hash else { throw .damaged(self.mailbox, self.seqs) }
    }
}

extension ColdBlock {
    /// The hash of the messages as they are.
    fileprivate func measuredHash() throws(ColdStoreError) -> StateHash {
        var sum = StateHash()
        let salt = StoredMessage.salt(of: self.mailbox.description)
        unsafe try self.forEachStored { bytes in unsafe sum.add(bytes, salt: salt) }
        return sum
    }
}

extension ShardState {
    /// What should lie in the cold store of a mailbox; nil when nothing should.
    func coldLog(of mailbox: UInt32) -> ExpectedColdLog? {
        guard let seqs = self.coldSeqs(of: mailbox), let cold = self.colds[mailbox] else { return nil }
        return ExpectedColdLog(mailbox: self.address(of: mailbox), seqs: seqs, hash: cold.hash)
    }
}
