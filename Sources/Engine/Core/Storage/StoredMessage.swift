import NIOCore
import Primitives

/// The layout of a message in the journal, in memory and in snapshots: one and the same.
///
/// ```
/// 0      8     16         20         22           23      24
/// | seq  | at  | bodyBytes | tagBytes | senderBytes | flags | replyTo? | expiresAt? | priority? | client? | sender | tags | body |
/// ```
/// Little-endian. The optional fields have 8, 8, 1 and 16 bytes. A tag is two strings, each behind its length in 2 bytes.
struct StoredMessage: Sendable {
    static let fixedBytes = 24
    private static let hasReplyTo: UInt8 = 1
    private static let hasExpiry: UInt8 = 2
    private static let hasPriority: UInt8 = 4
    private static let hasClient: UInt8 = 8

    var seq: Seq
    var at: Timestamp
    var replyTo: Seq?
    var expiresAt: Timestamp?
    var priority: Int8 = 0
    var client: ClientID?
    /// Where the parts lie in the message's bytes.
    var sender: Range<Int>
    var tags: Range<Int>
    var body: Range<Int>

    /// Reads a message out of the arena, where only whole ones are.
    init(_ bytes: UnsafeRawBufferPointer) {
        guard let message = unsafe StoredMessage(checking: bytes) else {
            preconditionFailure("a message in memory is whole")
        }
        self = message
    }

    /// Reads the fixed part, or returns nil when the bytes end before the message does.
    init?(checking bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.fixedBytes, unsafe bytes.count >= Self.headBytes(flags: bytes[23]) else { return nil }
        func load<T: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ type: T.Type) -> T {
            unsafe T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
        }
        self.seq = Seq(rawValue: load(0, UInt64.self))
        self.at = Timestamp(rawValue: load(8, Int64.self))
        let bodyBytes = Int(load(16, UInt32.self)), tagBytes = Int(load(20, UInt16.self))
        let senderBytes = Int(load(22, UInt8.self)), flags = load(23, UInt8.self)
        var offset = Self.fixedBytes
        if flags & Self.hasReplyTo != 0 {
            self.replyTo = Seq(rawValue: load(offset, UInt64.self))
            offset += 8
        }
        if flags & Self.hasExpiry != 0 {
            self.expiresAt = Timestamp(rawValue: load(offset, Int64.self))
            offset += 8
        }
        if flags & Self.hasPriority != 0 {
            self.priority = load(offset, Int8.self)
            offset += 1
        }
        if flags & Self.hasClient != 0 {
            self.client = ClientID(high: load(offset, UInt64.self), low: load(offset + 8, UInt64.self))
            offset += 16
        }
        self.sender = offset..<offset + senderBytes
        self.tags = self.sender.upperBound..<self.sender.upperBound + tagBytes
        self.body = self.tags.upperBound..<self.tags.upperBound + bodyBytes
        guard self.body.upperBound <= bytes.count else { return nil }
    }

    /// The bytes before the sender.
    private static func headBytes(flags: UInt8) -> Int {
        Self.fixedBytes + (flags & Self.hasReplyTo != 0 ? 8 : 0) + (flags & Self.hasExpiry != 0 ? 8 : 0)
            + (flags & Self.hasPriority != 0 ? 1 : 0) + (flags & Self.hasClient != 0 ? 16 : 0)
    }

    /// Writes the message that `command` becomes.
    static func write(_ command: PublishCommand, seq: Seq, at: Timestamp, into buffer: inout ByteBuffer) {
        let sender = command.from.address?.description ?? ""
        let tagBytes = command.tags.reduce(0) { $0 + 4 + $1.name.utf8.count + $1.value.utf8.count }
        var flags: UInt8 = 0
        if command.replyTo != nil { flags |= Self.hasReplyTo }
        if command.expiresAt != nil { flags |= Self.hasExpiry }
        if command.priority != 0 { flags |= Self.hasPriority }
        if command.client != nil { flags |= Self.hasClient }
        // In one piece: each call of the buffer's looks again whether it is alone and has room.
        let count = Self.headBytes(flags: flags) + sender.utf8.count + tagBytes + command.body.readableBytes
        unsafe buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { room in
            var sink = unsafe RawSink(room)
            sink.append(seq.rawValue)
            sink.append(at.rawValue)
            sink.append(UInt32(command.body.readableBytes))
            sink.append(UInt16(tagBytes))
            sink.append(UInt8(sender.utf8.count))
            sink.append(flags)
            if let replyTo = command.replyTo { sink.append(replyTo.rawValue) }
            if let expiresAt = command.expiresAt { sink.append(expiresAt.rawValue) }
            if command.priority != 0 { sink.append(command.priority) }
            if let client = command.client {
                sink.append(client.high)
                sink.append(client.low)
            }
            sink.append(sender)
            for tag in command.tags {
                sink.append(UInt16(tag.name.utf8.count))
                sink.append(tag.name)
                sink.append(UInt16(tag.value.utf8.count))
                sink.append(tag.value)
            }
            sink.append(command.body.readableBytesSpan)
            precondition(sink.count == count, "a message has the size that its head says")
            return count
        }
    }

    /// The attributes, read out of the message's bytes.
    func readTags(_ bytes: UnsafeRawBufferPointer) -> [MessageTag] {
        guard !self.tags.isEmpty else { return [] }
        var offset = self.tags.lowerBound, tags: [MessageTag] = []
        func text() -> String? {
            guard offset + 2 <= self.tags.upperBound else { return nil }
            let count = unsafe Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
            let start = offset + 2
            guard start + count <= self.tags.upperBound else { return nil }
            offset = start + count
            return unsafe String(decoding: bytes[start..<offset], as: UTF8.self)
        }
        while let name = text(), let value = text() { tags.append(MessageTag(name: name, value: value)) }
        return tags
    }

    /// The sender's address as text; empty when the organisation spoke.
    func readSender(_ bytes: UnsafeRawBufferPointer) -> String {
        unsafe String(decoding: bytes[self.sender], as: UTF8.self)
    }
}

extension ByteBuffer {
    /// Writes a string of up to 65,535 bytes behind its length in 2 bytes.
    mutating func writeShortString(_ string: String) {
        self.writeInteger(UInt16(string.utf8.count), endianness: .little)
        self.writeString(string)
    }

    /// Reads what `writeShortString` wrote, or returns nil when it is not all there.
    mutating func readShortString() -> String? {
        guard let bytes = self.readInteger(endianness: .little, as: UInt16.self) else { return nil }
        return self.readString(length: Int(bytes))
    }
}
