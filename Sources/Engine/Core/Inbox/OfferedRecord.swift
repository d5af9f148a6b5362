import NIOCore
import Policies
import Primitives

/// The head of an `offered` record behind the mailbox's address: what was decided on an item for one recipient.
///
/// What is accepted stands behind it to the end, as a stored message.
struct OfferedRecord: Equatable, Sendable {
    /// What is kept of an item that is not accepted, and so has no message that says it.
    struct Kept: Equatable, Sendable {
        var at: Timestamp
        var labels: String
    }

    var item: String
    var state: CopyState
    /// When it is to be offered again; 0 when it is not.
    var until: Timestamp
    /// The decision as it encodes itself.
    var decision: [UInt8]
    /// What counts toward caps from now on.
    var send: AcceptedSend?
    /// How long sends before it still matter, milliseconds; by the rules that decided.
    var retention: Int64 = 0
    /// Nil for what is accepted, and in records of earlier versions.
    var kept: Kept?

    func write(to mailbox: Address, into buffer: inout ByteBuffer) {
        buffer.writeAddress(mailbox)
        buffer.writeShortString(self.item)
        buffer.writeMultipleIntegers(self.state.rawValue, self.until.rawValue, endianness: .little)
        buffer.writeShortBytes(self.decision)
        buffer.writeInteger(UInt8(self.send == nil ? 0 : 1))
        if let send = self.send {
            buffer.writeInteger(self.retention, endianness: .little)
            buffer.writeAcceptedSend(send)
        }
        guard self.state != .accepted, let kept = self.kept else { return }
        buffer.writeInteger(kept.at.rawValue, endianness: .little)
        buffer.writeShortString(kept.labels)
    }

    init(item: String, state: CopyState, until: Timestamp, decision: [UInt8]) {
        self.item = item
        self.state = state
        self.until = until
        self.decision = decision
    }

    init?(behindAddress buffer: inout ByteBuffer) {
        guard let item = buffer.readShortString(),
            let (number, until) = buffer.readMultipleIntegers(endianness: .little, as: (UInt8, Int64).self),
            let state = CopyState(rawValue: number), let decision = buffer.readShortBytes(),
            let counts = buffer.readInteger(as: UInt8.self)
        else { return nil }
        self.init(item: item, state: state, until: Timestamp(rawValue: until), decision: decision)
        if counts == 1 {
            guard let retention = buffer.readInteger(endianness: .little, as: Int64.self),
                let send = buffer.readAcceptedSend()
            else { return nil }
            self.retention = retention
            self.send = send
        }
        guard state != .accepted, buffer.readableBytes > 0 else { return }
        guard let at = buffer.readInteger(endianness: .little, as: Int64.self), let labels = buffer.readShortString()
        else { return nil }
        self.kept = Kept(at: Timestamp(rawValue: at), labels: labels)
    }
}

/// A reader's word on messages of his inbox.
struct MarkedRecord: Equatable, Sendable {
    var address: Address
    var marks: [MessageMark]
    /// Nil in records of earlier versions.
    var at: Timestamp?

    func write(into buffer: inout ByteBuffer) {
        buffer.writeAddress(self.address)
        buffer.writeInteger(UInt32(self.marks.count), endianness: .little)
        for mark in self.marks {
            buffer.writeMultipleIntegers(mark.seq.rawValue, mark.marks.rawValue, endianness: .little)
        }
        buffer.writeTime(self.at)
    }

    init(address: Address, marks: [MessageMark], at: Timestamp?) {
        self.address = address
        self.marks = marks
        self.at = at
    }

    init?(from buffer: inout ByteBuffer) {
        guard let address = buffer.readAddress(), let count = buffer.readInteger(endianness: .little, as: UInt32.self)
        else { return nil }
        var marks: [MessageMark] = []
        for _ in 0..<count {
            guard let (seq, flags) = buffer.readMultipleIntegers(endianness: .little, as: (UInt64, UInt8).self)
            else { return nil }
            marks.append(MessageMark(seq: Seq(rawValue: seq), marks: MessageMarks(rawValue: flags)))
        }
        guard let time = buffer.readTime() else { return nil }
        self.init(address: address, marks: marks, at: time.at)
    }
}

/// An item is taken back from one recipient, who has not seen it.
struct WithdrawnRecord: Equatable, Sendable {
    var address: Address
    var item: String
    var state: CopyState
    /// Nil in records of earlier versions.
    var at: Timestamp?

    func write(into buffer: inout ByteBuffer) {
        buffer.writeAddress(self.address)
        buffer.writeShortString(self.item)
        buffer.writeInteger(self.state.rawValue)
        buffer.writeTime(self.at)
    }

    init(address: Address, item: String, state: CopyState, at: Timestamp?) {
        self.address = address
        self.item = item
        self.state = state
        self.at = at
    }

    init?(from buffer: inout ByteBuffer) {
        guard let address = buffer.readAddress(), let item = buffer.readShortString(),
            let number = buffer.readInteger(as: UInt8.self), let state = CopyState(rawValue: number),
            let time = buffer.readTime()
        else { return nil }
        self.init(address: address, item: item, state: state, at: time.at)
    }
}

extension ByteBuffer {
    fileprivate mutating func writeTime(_ instant: Timestamp?) {
        if let instant { self.writeInteger(instant.rawValue, endianness: .little) }
    }

    /// The time at a record's end, or its absence; nil when the bytes end within it.
    fileprivate mutating func readTime() -> (at: Timestamp?, Void)? {
        guard self.readableBytes > 0 else { return (nil, ()) }
        return self.readInteger(endianness: .little, as: Int64.self).map { (Timestamp(rawValue: $0), ()) }
    }

    /// Writes up to 65,535 bytes behind their number in 2 bytes.
    mutating func writeShortBytes(_ bytes: [UInt8]) {
        self.writeInteger(UInt16(bytes.count), endianness: .little)
        self.writeBytes(bytes)
    }

    /// Reads what `writeShortBytes` wrote, or returns nil when it is not all there.
    mutating func readShortBytes() -> [UInt8]? {
        guard let count = self.readInteger(endianness: .little, as: UInt16.self) else { return nil }
        return self.readBytes(length: Int(count))
    }
}
