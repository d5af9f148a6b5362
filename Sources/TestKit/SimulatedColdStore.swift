package import ColdStorage
package import Primitives
import Synchronization

/// A cold store in memory that outlives the engines of a test, as a disk does; it can be told to fail.
package final class SimulatedColdStore: ColdStore {
    private struct Contents {
        var blocks: [Address: [Entry]] = [:]
        var failure: ColdStoreError?
        var puts = 0
    }

    private struct Entry {
        var block: ColdBlock
        var deletedAt: JournalPosition?
    }

    private let contents = Mutex(Contents())

    package init() {}

    /// What every call fails with from now on; nil ends it.
    package func fail(with failure: ColdStoreError?) { self.contents.withLock { $0.failure = failure } }

    /// How often blocks were put.
    package var putCount: Int { self.contents.withLock { $0.puts } }

    /// Takes a block away, or puts it in another one's place.
    package func damage(_ mailbox: Address, holding seq: Seq, _ change: (inout ColdBlock) -> Void) {
        self.contents.withLock { contents in
            var entries = contents.blocks[mailbox] ?? []
            for index in entries.indices where entries[index].block.seqs.contains(seq) { change(&entries[index].block) }
            contents.blocks[mailbox] = entries
        }
    }

    package func put(_ blocks: [ColdBlock]) throws(ColdStoreError) {
        try self.use { contents in
            for block in blocks {
                contents.blocks[block.mailbox, default: []].removeAll {
                    $0.block.seqs.lowerBound >= block.seqs.lowerBound
                }
                contents.blocks[block.mailbox, default: []].append(Entry(block: block))
            }
            contents.puts += 1
        }
    }

    package func block(of mailbox: Address, holding seq: Seq) throws(ColdStoreError) -> ColdBlock? {
        try self.use { $0.blocks[mailbox]?.last { $0.block.seqs.lowerBound <= seq }?.block }
            .flatMap { $0.seqs.contains(seq) ? $0 : nil }
    }

    package func headers(of mailbox: Address) throws(ColdStoreError) -> [ColdBlockHeader] {
        try self.use { $0.blocks[mailbox, default: []].map(\.block.header) }
    }

    package func headers(
        of kind: AddressKind,
        before instant: Timestamp,
        countMax: Int
    ) throws(ColdStoreError) -> [ColdBlockHeader] {
        try self.use { contents in
            let entries = contents.blocks.filter { $0.key.kind == kind }.values.joined()
            let aged = entries.filter { $0.deletedAt == nil && $0.block.newestAt < instant }.map(\.block.header)
            return Array(aged.sorted { $0.newestAt < $1.newestAt }.prefix(countMax))
        }
    }

    package func markDeleted(_ deletions: [ColdDeletion]) throws(ColdStoreError) {
        try self.use { contents in
            for deletion in deletions {
                for index in (contents.blocks[deletion.mailbox] ?? []).indices {
                    guard let entry = contents.blocks[deletion.mailbox]?[index],
                        entry.block.seqs.upperBound <= deletion.through, entry.deletedAt == nil
                    else { continue }
                    contents.blocks[deletion.mailbox]?[index].deletedAt = deletion.position
                }
            }
        }
    }

    package func purge(through position: JournalPosition) throws(ColdStoreError) -> Int {
        try self.use { contents in
            var count = 0
            for mailbox in contents.blocks.keys {
                contents.blocks[mailbox]?.removeAll { entry in
                    guard let at = entry.deletedAt, at <= position else { return false }
                    count += 1
                    return true
                }
            }
            return count
        }
    }

    package func size() throws(ColdStoreError) -> ColdStoreSize {
        try self.use { contents in
            let present = contents.blocks.values.joined().filter { $0.deletedAt == nil }
            return ColdStoreSize(blocks: present.count, messages: present.reduce(0) { $0 + $1.block.seqs.messageCount })
        }
    }

    package func close() {}

    private func use<Outcome: Sendable>(
        _ work: (inout Contents) -> Outcome
    ) throws(ColdStoreError) -> Outcome {
        let result = self.contents.withLock { contents -> Result<Outcome, ColdStoreError> in
            if let failure = contents.failure { return .failure(failure) }
            return .success(work(&contents))
        }
        return try result.get()
    }
}
