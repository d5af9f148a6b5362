import Primitives

/// Where a message lies: in memory, in the cold store, or nowhere any more.
extension ShardState {
    /// Messages up to this one are deleted.
    func deletedEnd(of mailbox: UInt32) -> Seq { self.colds[mailbox]?.deletedEnd ?? .zero }

    /// Whether some of its messages lie in the cold store.
    var isPartlyCold: Bool {
        self.colds.contains { number, cold in cold.deletedEnd < self.mailboxes[Int(number)].coldEnd }
    }

    /// Lends the bytes of a message that is in memory.
    @inline(__always)
    func withStored<Outcome>(_ seq: Seq, of row: Mailbox, _ body: (UnsafeRawBufferPointer) -> Outcome) -> Outcome {
        precondition(seq > row.coldEnd && seq <= row.head, "a message in memory")
        let ref = self.logs[row.log, Int(seq.rawValue - row.coldEnd.rawValue) - 1]
        return unsafe self.messages.withBytes(of: ref, body)
    }

    /// When a message that is in memory was published.
    func time(of seq: Seq, in row: Mailbox) -> Timestamp {
        unsafe self.withStored(seq, of: row) { bytes in unsafe StoredMessage(bytes).at }
    }

    /// Messages that are safe in the cold store leave memory.
    mutating func apply(_ record: OffloadedRecord) {
        guard let number = self.mailboxNumber(record.address) else { preconditionFailure("messages have a mailbox") }
        let row = self.mailboxes[Int(number)]
        // Offloaded twice over a restart, or deleted meanwhile: it has left.
        guard record.through > row.coldEnd else { return }
        var cold = self.colds[number] ?? ColdLog()
        cold.hash.add(self.hash(of: row.coldEnd.next..<record.through.next, in: number))
        self.colds[number] = cold
        self.dropHot(through: record.through, of: number)
    }

    /// Messages go for good: cold ones, or those in memory when none is cold.
    mutating func apply(_ record: DeletedRecord) {
        guard let number = self.mailboxNumber(record.address) else { preconditionFailure("messages have a mailbox") }
        var cold = self.colds[number] ?? ColdLog()
        guard record.through > cold.deletedEnd else { return }
        cold.deletedEnd = record.through
        cold.hash.subtract(record.coldHash)
        self.colds[number] = cold
        self.countDeleted(self.inboxes.drop(through: record.through, of: number))
        if record.through > self.mailboxes[Int(number)].coldEnd { self.dropHot(through: record.through, of: number) }
    }

    /// Frees the memory of a mailbox's oldest messages.
    private mutating func dropHot(through seq: Seq, of mailbox: UInt32) {
        var row = self.mailboxes[Int(mailbox)]
        precondition(seq <= row.head, "what leaves memory was there")
        let count = Int(seq.rawValue - row.coldEnd.rawValue)
        for index in 0..<count {
            row.hotUnits -= Mailbox.units(self.messages.free(self.logs[row.log, index]))
        }
        self.logs.removeFirst(count, of: &row.log)
        row.coldEnd = seq
        self.mailboxes[Int(mailbox)] = row
        self.messageCount -= count
        self.compactIfSparse()
    }

    /// Moves what is left out of chunks that are mostly holes, when holes outweigh messages.
    private mutating func compactIfSparse() {
        guard self.messages.isSparse else { return }
        let isSparse = self.messages.sparseChunks()
        for number in self.mailboxes.indices {
            let extent = self.mailboxes[number].log
            for index in 0..<Int(extent.count) where isSparse[Int(self.logs[extent, index].chunk)] {
                self.logs[extent, index] = self.messages.move(self.logs[extent, index])
            }
        }
    }
}
