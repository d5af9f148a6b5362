import NIOCore
import Policies
import Primitives

/// An inbox as bytes in a snapshot (Docs/formats.md, "Shard section"): by texts, not by this shard's numbers.
extension Inboxes {
    func encode(_ inbox: Inbox, of mailbox: UInt32, into buffer: inout ByteBuffer) {
        let tallies = self.tallies(of: inbox), items = self.items(of: mailbox)
        buffer.writeMultipleIntegers(
            inbox.revision,
            inbox.begin,
            inbox.entries.count,
            UInt32(tallies.count),
            inbox.readDay.rawValue,
            inbox.readCount,
            endianness: .little
        )
        var places: [UInt32: UInt16] = [:]
        for (place, tally) in tallies.enumerated() {
            places[tally.labels] = UInt16(place)
            buffer.writeShortString(self.labels.name(tally.labels))
            buffer.writeMultipleIntegers(tally.unread, tally.shown, tally.revision, endianness: .little)
        }
        for seq in UInt64(inbox.begin)..<UInt64(inbox.head) {
            guard let entry = self.entry(Seq(rawValue: seq + 1), of: inbox), let place = places[entry.labels]
            else { preconditionFailure("labels of a message are counted") }
            buffer.writeMultipleIntegers(place, entry.marks.rawValue, endianness: .little)
        }
        self.encode(items, into: &buffer)
    }

    private func encode(_ items: InboxItems, into buffer: inout ByteBuffer) {
        buffer.writeInteger(UInt32(items.answers.count), endianness: .little)
        for (parent, reply) in items.answers.sorted(by: { $0.key < $1.key }) {
            buffer.writeMultipleIntegers(parent, reply.seq, reply.word.rawValue, endianness: .little)
        }
        buffer.writeInteger(UInt32(items.runs.count), endianness: .little)
        let runs = items.runs.map { (self.itemNames.name($0.key), self.labels.name($0.value)) }
        for (run, labels) in runs.sorted(by: { $0 < $1 }) {
            buffer.writeShortString(run)
            buffer.writeShortString(labels)
        }
        buffer.writeInteger(UInt32(items.copies.count), endianness: .little)
        for copy in items.copies {
            buffer.writeShortString(self.itemNames.name(copy.item))
            buffer.writeMultipleIntegers(copy.state.rawValue, copy.seq, copy.until.rawValue, endianness: .little)
            if copy.state == .held { buffer.writeShortString(self.labels.name(copy.labels)) }
        }
        buffer.writeInteger(UInt32(items.decisions.count), endianness: .little)
        for decision in items.decisions {
            buffer.writeShortString(self.itemNames.name(decision.item))
            buffer.writeShortBytes(decision.bytes)
        }
        buffer.writeSendHistory(items.sends)
    }

    /// Reads what `encode` wrote, as the inbox of a mailbox; false when it is not whole.
    mutating func decode(_ buffer: inout ByteBuffer, _ version: UInt16, of mailbox: UInt32) -> Bool {
        guard
            let (revision, begin, entryCount, tallyCount) = buffer.readMultipleIntegers(
                endianness: .little,
                as: (UInt32, UInt32, UInt32, UInt32).self
            )
        else { return false }
        var inbox = Inbox(revision: revision, begin: begin)
        guard version < 4 || Self.decodeReads(&buffer, into: &inbox),
            let tallies = self.decodeTallies(&buffer, tallyCount),
            let entries = Self.decodeEntries(&buffer, entryCount, tallies),
            let items = self.decodeItems(&buffer, version)
        else { return false }
        self.restore(inbox, entries, tallies, items, of: mailbox)
        return true
    }

    private static func decodeReads(_ buffer: inout ByteBuffer, into inbox: inout Inbox) -> Bool {
        guard let (day, count) = buffer.readMultipleIntegers(endianness: .little, as: (UInt16, UInt16).self)
        else { return false }
        inbox.readDay = Day(rawValue: day)
        inbox.readCount = count
        return true
    }

    private mutating func decodeTallies(_ buffer: inout ByteBuffer, _ count: UInt32) -> [LabelTally]? {
        var tallies: [LabelTally] = []
        for _ in 0..<count {
            guard let text = buffer.readShortString(),
                let (unread, shown, revision) = buffer.readMultipleIntegers(
                    endianness: .little,
                    as: (UInt32, UInt32, UInt32).self
                )
            else { return nil }
            tallies.append(
                LabelTally(labels: self.labels.intern(text), unread: unread, shown: shown, revision: revision)
            )
        }
        return tallies
    }

    private static func decodeEntries(
        _ buffer: inout ByteBuffer,
        _ count: UInt32,
        _ tallies: [LabelTally]
    ) -> [InboxEntry]? {
        var entries: [InboxEntry] = []
        for _ in 0..<count {
            guard let (place, marks) = buffer.readMultipleIntegers(endianness: .little, as: (UInt16, UInt8).self),
                Int(place) < tallies.count
            else { return nil }
            entries.append(InboxEntry(labels: tallies[Int(place)].labels, marks: MessageMarks(rawValue: marks)))
        }
        return entries
    }

    private mutating func decodeItems(_ buffer: inout ByteBuffer, _ version: UInt16) -> InboxItems? {
        var items = InboxItems()
        guard Self.decodeAnswers(&buffer, version, into: &items), self.decodeRuns(&buffer, into: &items),
            self.decodeCopies(&buffer, version, into: &items),
            self.decodeDecisions(&buffer, into: &items), let sends = buffer.readSendHistory()
        else { return nil }
        items.sends = sends
        return items
    }

    private static func decodeAnswers(
        _ buffer: inout ByteBuffer,
        _ version: UInt16,
        into items: inout InboxItems
    ) -> Bool {
        guard let count = buffer.readInteger(endianness: .little, as: UInt32.self) else { return false }
        for _ in 0..<count {
            guard let (parent, reply) = buffer.readMultipleIntegers(endianness: .little, as: (UInt32, UInt32).self),
                let word = version < 4 ? 0 : buffer.readInteger(endianness: .little, as: UInt32.self)
            else { return false }
            items.answers[parent] = LastWord(seq: reply, word: WordID(rawValue: word))
        }
        return true
    }

    private mutating func decodeRuns(_ buffer: inout ByteBuffer, into items: inout InboxItems) -> Bool {
        guard let count = buffer.readInteger(endianness: .little, as: UInt32.self) else { return false }
        for _ in 0..<count {
            guard let run = buffer.readShortString(), let labels = buffer.readShortString() else { return false }
            items.runs[self.intern(item: run)] = self.labels.intern(labels)
        }
        return true
    }

    private mutating func decodeCopies(
        _ buffer: inout ByteBuffer,
        _ version: UInt16,
        into items: inout InboxItems
    ) -> Bool {
        guard let count = buffer.readInteger(endianness: .little, as: UInt32.self) else { return false }
        for _ in 0..<count {
            guard let text = buffer.readShortString(),
                let (number, seq, until) = buffer.readMultipleIntegers(
                    endianness: .little,
                    as: (UInt8, UInt32, Int64).self
                ), let state = CopyState(rawValue: number),
                let labels = version < 4 || state != .held ? "" : buffer.readShortString()
            else { return false }
            var copy = InboxCopy(item: self.intern(item: text), state: state, seq: seq)
            copy.labels = self.labels.intern(labels)
            copy.until = Timestamp(rawValue: until)
            items.copies.append(copy)
        }
        return true
    }

    private mutating func decodeDecisions(_ buffer: inout ByteBuffer, into items: inout InboxItems) -> Bool {
        guard let count = buffer.readInteger(endianness: .little, as: UInt32.self) else { return false }
        for _ in 0..<count {
            guard let text = buffer.readShortString(), let bytes = buffer.readShortBytes() else { return false }
            items.decisions.append(KeptDecision(item: self.intern(item: text), bytes: bytes))
        }
        return true
    }
}

extension ShardState {
    /// The inbox of a mailbox behind a byte that says whether it has one.
    func encodeInbox(of mailbox: UInt32, into buffer: inout ByteBuffer) {
        guard let inbox = self.inboxes[mailbox] else {
            buffer.writeInteger(UInt8(0))
            return
        }
        buffer.writeInteger(UInt8(1))
        self.inboxes.encode(inbox, of: mailbox, into: &buffer)
    }

    /// Reads what `encodeInbox` wrote; before version 3 the inbox is made from the log, and what is cold counts as read.
    mutating func decodeInbox(_ buffer: inout ByteBuffer, _ version: UInt16, of mailbox: UInt32) -> Bool {
        guard version >= 3 else {
            self.fileLog(of: mailbox)
            return true
        }
        switch buffer.readInteger(as: UInt8.self) {
        case 0: return true
        case 1: return self.inboxes.decode(&buffer, version, of: mailbox)
        default: return false
        }
    }

    private mutating func fileLog(of mailbox: UInt32) {
        let row = self.mailboxes[Int(mailbox)]
        guard row.kind == .driver, row.head > .zero else { return }
        let begin = self.deletedEnd(of: mailbox), none = self.inboxes.labels.intern("")
        self.inboxes.set(Inbox(begin: UInt32(begin.rawValue)), of: mailbox)
        for _ in begin.rawValue..<row.coldEnd.rawValue {
            self.inboxes.append(InboxEntry(labels: none, marks: [.delivered, .read]), to: mailbox)
        }
        for seq in row.coldEnd.rawValue..<row.head.rawValue {
            let bytes = unsafe self.withStored(Seq(rawValue: seq + 1), of: row) { unsafe ByteBuffer(bytes: $0) }
            self.file(bytes, in: mailbox, counts: false)
        }
    }
}
