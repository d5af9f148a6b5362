import NIOCore
import Policies
import Primitives

/// An inbox as bytes in a snapshot (Docs/formats.md, "Shard section"): by texts, not by this shard's numbers.
extension Inboxes {
    func encode(_ inbox: Inbox, into buffer: inout ByteBuffer) {
        buffer.writeMultipleIntegers(
            inbox.revision,
            inbox.begin,
            UInt32(inbox.entries.count),
            UInt32(inbox.tallies.count),
            endianness: .little
        )
        var places: [UInt32: UInt16] = [:]
        for (place, tally) in inbox.tallies.enumerated() {
            places[tally.labels] = UInt16(place)
            buffer.writeShortString(self.labels.name(tally.labels))
            buffer.writeMultipleIntegers(tally.unread, tally.shown, tally.revision, endianness: .little)
        }
        for entry in inbox.entries {
            guard let place = places[entry.labels] else { preconditionFailure("labels of a message are counted") }
            buffer.writeMultipleIntegers(place, entry.marks.rawValue, endianness: .little)
        }
        buffer.writeInteger(UInt32(inbox.answers.count), endianness: .little)
        for (parent, reply) in inbox.answers.sorted(by: { $0.key < $1.key }) {
            buffer.writeMultipleIntegers(parent, reply, endianness: .little)
        }
        buffer.writeInteger(UInt32(inbox.copies.count), endianness: .little)
        for copy in inbox.copies {
            buffer.writeShortString(self.items.name(copy.item))
            buffer.writeMultipleIntegers(copy.state.rawValue, copy.seq, copy.until.rawValue, endianness: .little)
        }
        buffer.writeInteger(UInt32(inbox.decisions.count), endianness: .little)
        for decision in inbox.decisions {
            buffer.writeShortString(self.items.name(decision.item))
            buffer.writeShortBytes(decision.bytes)
        }
        buffer.writeSendHistory(inbox.sends)
    }

    /// Reads what `encode` wrote, as the inbox of a mailbox; false when it is not whole.
    mutating func decode(_ buffer: inout ByteBuffer, of mailbox: UInt32) -> Bool {
        var inbox = Inbox()
        guard
            let (revision, begin, entries, tallies) = buffer.readMultipleIntegers(
                endianness: .little,
                as: (UInt32, UInt32, UInt32, UInt32).self
            ), self.decodeTallies(&buffer, tallies, into: &inbox),
            Self.decodeEntries(&buffer, entries, into: &inbox), Self.decodeAnswers(&buffer, into: &inbox),
            self.decodeCopies(&buffer, of: mailbox, into: &inbox), self.decodeDecisions(&buffer, into: &inbox),
            let sends = buffer.readSendHistory()
        else { return false }
        inbox.revision = revision
        inbox.begin = begin
        inbox.sends = sends
        self.byMailbox[mailbox] = inbox
        return true
    }

    private mutating func decodeTallies(_ buffer: inout ByteBuffer, _ count: UInt32, into inbox: inout Inbox) -> Bool {
        for _ in 0..<count {
            guard let text = buffer.readShortString(),
                let (unread, shown, revision) = buffer.readMultipleIntegers(
                    endianness: .little,
                    as: (UInt32, UInt32, UInt32).self
                )
            else { return false }
            inbox.tallies.append(
                LabelTally(labels: self.labels.intern(text), unread: unread, shown: shown, revision: revision)
            )
        }
        return true
    }

    private static func decodeEntries(_ buffer: inout ByteBuffer, _ count: UInt32, into inbox: inout Inbox) -> Bool {
        for _ in 0..<count {
            guard let (place, marks) = buffer.readMultipleIntegers(endianness: .little, as: (UInt16, UInt8).self),
                Int(place) < inbox.tallies.count
            else { return false }
            inbox.entries.append(
                InboxEntry(labels: inbox.tallies[Int(place)].labels, marks: MessageMarks(rawValue: marks))
            )
        }
        return true
    }

    private static func decodeAnswers(_ buffer: inout ByteBuffer, into inbox: inout Inbox) -> Bool {
        guard let count = buffer.readInteger(endianness: .little, as: UInt32.self) else { return false }
        for _ in 0..<count {
            guard let (parent, reply) = buffer.readMultipleIntegers(endianness: .little, as: (UInt32, UInt32).self)
            else { return false }
            inbox.answers[parent] = reply
        }
        return true
    }

    private mutating func decodeCopies(
        _ buffer: inout ByteBuffer,
        of mailbox: UInt32,
        into inbox: inout Inbox
    ) -> Bool {
        guard let count = buffer.readInteger(endianness: .little, as: UInt32.self) else { return false }
        for _ in 0..<count {
            guard let text = buffer.readShortString(),
                let (number, seq, until) = buffer.readMultipleIntegers(
                    endianness: .little,
                    as: (UInt8, UInt32, Int64).self
                ), let state = CopyState(rawValue: number)
            else { return false }
            let item = self.intern(item: text)
            inbox.copies.append(InboxCopy(item: item, state: state, seq: seq, until: Timestamp(rawValue: until)))
            self.holders[Int(item)].append(mailbox)
        }
        return true
    }

    private mutating func decodeDecisions(_ buffer: inout ByteBuffer, into inbox: inout Inbox) -> Bool {
        guard let count = buffer.readInteger(endianness: .little, as: UInt32.self) else { return false }
        for _ in 0..<count {
            guard let text = buffer.readShortString(), let bytes = buffer.readShortBytes() else { return false }
            inbox.decisions.append(KeptDecision(item: self.intern(item: text), bytes: bytes))
        }
        return true
    }
}

extension ShardState {
    /// The inbox of a mailbox behind a byte that says whether it has one.
    func encodeInbox(of mailbox: UInt32, into buffer: inout ByteBuffer) {
        guard let inbox = self.inboxes.byMailbox[mailbox] else {
            buffer.writeInteger(UInt8(0))
            return
        }
        buffer.writeInteger(UInt8(1))
        self.inboxes.encode(inbox, into: &buffer)
    }

    /// Reads what `encodeInbox` wrote; before version 3 the inbox is made from the log, and what is cold counts as read.
    mutating func decodeInbox(_ buffer: inout ByteBuffer, _ version: UInt16, of mailbox: UInt32) -> Bool {
        guard version >= 3 else {
            self.fileLog(of: mailbox)
            return true
        }
        switch buffer.readInteger(as: UInt8.self) {
        case 0: return true
        case 1: return self.inboxes.decode(&buffer, of: mailbox)
        default: return false
        }
    }

    private mutating func fileLog(of mailbox: UInt32) {
        let row = self.mailboxes[Int(mailbox)]
        guard row.kind == .driver, row.head > .zero else { return }
        let begin = self.deletedEnd(of: mailbox), none = self.inboxes.labels.intern("")
        self.inboxes.change(mailbox) { inbox in
            inbox.begin = UInt32(begin.rawValue)
            for _ in begin.rawValue..<row.coldEnd.rawValue {
                inbox.append(InboxEntry(labels: none, marks: [.delivered, .read]))
            }
        }
        for seq in row.coldEnd.rawValue..<row.head.rawValue {
            let bytes = unsafe self.withStored(Seq(rawValue: seq + 1), of: row) { unsafe ByteBuffer(bytes: $0) }
            self.file(bytes, in: mailbox)
        }
    }
}
