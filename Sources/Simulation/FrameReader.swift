import NIOCore
import Primitives

/// What a client finds in the bytes it gets.
enum Received {
    /// A note of the session itself, at its place in the stream.
    case marker(Int)
    case push(channel: String, number: Int, sender: String, offset: UInt64, time: Int64)
    /// Joined, left, receipts.
    case event
    case typing(channel: String, by: String)
    case acknowledgement(id: UInt32, offset: UInt64, epoch: String, time: Int64, isDuplicate: Bool, durability: String)
    case unknown(String)
}

/// Reads WebSocket frames and the few JSON shapes that a lane writes, with nothing of the server's own.
struct FrameReader {
    private var bytes: [UInt8]
    private var place = 0
    private var end = 0

    init(_ buffer: ByteBuffer) { self.bytes = Array(buffer.readableBytesView) }

    /// The note that a session writes among its frames.
    static func marker(_ number: Int) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(UInt8(0x82))
        buffer.writeInteger(UInt8(8))
        buffer.writeInteger(UInt64(number))
        return buffer
    }

    /// The next message; nil at the end.
    mutating func next() -> Received? {
        guard self.place + 2 <= self.bytes.count else { return nil }
        let opcode = self.bytes[self.place]
        var length = Int(self.bytes[self.place + 1])
        self.place += 2
        if length == 126 { length = self.integer(2) } else if length == 127 { length = self.integer(8) }
        self.end = self.place + length
        guard self.end <= self.bytes.count else { return .unknown("a frame of \(length) bytes is cut") }
        if opcode == 0x82 { return .marker(self.integer(8)) }
        let start = self.place
        let received = self.message()
        self.place = self.end
        return received ?? .unknown(String(decoding: self.bytes[start..<self.end], as: UTF8.self))
    }

    private mutating func message() -> Received? {
        if self.skip("{\"push\":{\"channel\":\"") { return self.push() }
        guard self.skip("{\"id\":"), let id = self.number(), self.skip(",\"publish\":{\"offset\":"),
            let offset = self.number(), self.skip(",\"epoch\":\""), let epoch = self.text(),
            self.skip(",\"time\":"), let time = self.number(), self.skip(",\"duplicate\":")
        else { return nil }
        let isDuplicate = self.skip("true")
        guard isDuplicate || self.skip("false"), self.skip(",\"durability\":\""), let durability = self.text(),
            self.skip("}}"), self.place == self.end
        else { return nil }
        return .acknowledgement(
            id: UInt32(id),
            offset: UInt64(id == 0 ? 0 : offset),
            epoch: epoch,
            time: Int64(time),
            isDuplicate: isDuplicate,
            durability: durability
        )
    }

    private mutating func push() -> Received? {
        guard let channel = self.text() else { return nil }
        guard self.skip(",\"pub\":{\"data\":\"") else { return self.event(in: channel) }
        guard let number = self.number(), self.skip(" ") else { return nil }
        for _ in 0..<Scenery.padding(number) where !self.skip("x") { return nil }
        guard self.skip("\"") else { return nil }
        var sender = ""
        if self.skip(",\"info\":{\"user\":\"") {
            guard let user = self.text() else { return nil }
            sender = user
            if self.skip(",\"client\":\"") { _ = self.text() }
            guard self.skip("}") else { return nil }
        }
        guard self.skip(",\"offset\":"), let offset = self.number(), self.skip(",\"tags\":{\"id\":\""),
            self.text() == "\(channel)/\(offset)", self.skip("},\"time\":"), let time = self.number(),
            self.skip("}}}"), self.place == self.end
        else { return nil }
        return .push(channel: channel, number: number, sender: sender, offset: UInt64(offset), time: Int64(time))
    }

    private mutating func event(in channel: String) -> Received {
        guard self.skip(",\"pub\":{\"data\":{\"by\":\""), let user = self.text(),
            self.skip("},\"tags\":{\"event\":\"typing\"}")
        else { return .event }
        return .typing(channel: channel, by: user)
    }

    private mutating func skip(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard self.place + count <= self.end else { return false }
        for index in 0..<count where unsafe self.bytes[self.place + index] != text.utf8Start[index] { return false }
        self.place += count
        return true
    }

    private mutating func number() -> Int? {
        var value = 0, isThere = false
        while self.place < self.end, case let digit = Int(self.bytes[self.place]) - 48, (0...9).contains(digit) {
            value = value * 10 + digit
            self.place += 1
            isThere = true
        }
        return isThere ? value : nil
    }

    /// Up to the next quote, which is passed.
    private mutating func text() -> String? {
        let start = self.place
        while self.place < self.end, self.bytes[self.place] != UInt8(ascii: "\"") { self.place += 1 }
        guard self.place < self.end else { return nil }
        defer { self.place += 1 }
        return String(decoding: self.bytes[start..<self.place], as: UTF8.self)
    }

    private mutating func integer(_ count: Int) -> Int {
        var value = 0
        for _ in 0..<count where self.place < self.bytes.count {
            value = value << 8 | Int(self.bytes[self.place])
            self.place += 1
        }
        return value
    }
}
