import NIOCore
import Primitives
import Testing

@testable import Frames

/// The parser against a naive one, on streams that are mostly right.
@Suite("Frame parser on random streams")
struct FrameParserRandomTests {
    @Test("It says what a naive parser says, however the stream is cut", arguments: UInt64(1)...200)
    func agreesWithNaiveParser(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let stream = Self.stream(using: &generator)
        let expected = NaiveParser.parse(Array(stream.readableBytesView))
        #expect(Outcome.of([stream]) == expected, "seed \(seed), whole")
        #expect(Outcome.of(stream.singleBytes) == expected, "seed \(seed), byte by byte")
        for _ in 0..<10 {
            var rest = stream
            var pieces: [ByteBuffer] = []
            while rest.readableBytes > 0 {
                let count = Int.random(in: 1...max(1, rest.readableBytes / 2), using: &generator)
                pieces.append(rest.readSlice(length: count) ?? ByteBuffer())
            }
            #expect(Outcome.of(pieces) == expected, "seed \(seed)")
        }
    }

    private static func stream(using generator: inout SeededGenerator) -> ByteBuffer {
        var stream = ByteBuffer()
        var isOpen = false
        for _ in 0..<Int.random(in: 1...12, using: &generator) {
            let isControl = Int.random(in: 0..<4, using: &generator) == 0
            let opcodes: [Opcode] = isControl ? [.ping, .pong] : isOpen ? [.continuation] : [.text, .binary]
            let isFinal = isControl || Bool.random(using: &generator)
            if !isControl { isOpen = !isFinal }
            let countMax = isControl ? 125 : [10, 130, 70_000][Int.random(in: 0..<3, using: &generator) / 2]
            var payload = ByteBuffer()
            for _ in 0..<Int.random(in: 0...countMax, using: &generator) {
                payload.writeInteger(UInt8.random(in: 0x20...0x7E, using: &generator))
            }
            if Bool.random(using: &generator) { payload.setString("é", at: 0) }
            let opcode = opcodes[Int.random(in: 0..<opcodes.count, using: &generator)]
            stream.writeImmutableBuffer(
                masked(opcode, payload, isFinal: isFinal, mask: UInt32.random(in: 0...UInt32.max, using: &generator))
            )
        }
        // Half of the streams are damaged in one byte.
        if Bool.random(using: &generator) {
            let index = Int.random(in: 0..<stream.readableBytes, using: &generator)
            stream.setInteger(UInt8.random(in: 0...255, using: &generator), at: index)
        }
        return stream
    }
}

/// RFC 6455 written down once more, slowly: whole streams only, bytes one by one.
private enum NaiveParser {
    static func parse(_ bytes: [UInt8]) -> Outcome {
        var outcome = Outcome()
        var rest = bytes[...]
        var message: (kind: MessageKind, bytes: [UInt8])?
        func frame() throws(FrameError) -> Bool {
            guard rest.count >= 2 else { return false }
            let first = rest[rest.startIndex], second = rest[rest.startIndex + 1]
            if first & 0x30 != 0 { throw .reservedBits }
            guard let opcode = Opcode(rawValue: first & 0x0F) else { throw .unknownOpcode(first & 0x0F) }
            if second & 0x80 == 0 { throw .unmasked }
            if opcode.isControl && first & 0x80 == 0 { throw .fragmentedControl }
            if opcode.isControl && second & 0x7F > 125 { throw .controlTooLong }
            if opcode.isControl && first & 0x40 != 0 { throw .reservedBits }
            let lengthBytes = [126: 2, 127: 8][second & 0x7F] ?? 0
            guard rest.count >= 6 + lengthBytes else { return false }
            let body = Array(rest.dropFirst(2))
            let length = body.prefix(lengthBytes).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            if lengthBytes == 2 && length < 126 || lengthBytes == 8 && length < 65_536 { throw .lengthNotMinimal }
            if length > UInt64(Int.max) { throw .lengthTooLarge }
            let count = lengthBytes == 0 ? Int(second & 0x7F) : Int(length)
            if !opcode.isControl {
                if opcode == .continuation && message == nil { throw .strayContinuation }
                if first & 0x40 != 0 { throw .reservedBits }
                if opcode != .continuation && message != nil { throw .messageInterrupted }
                if count > 65_536 - (message?.bytes.count ?? 0) { throw .messageTooLarge(bytesMax: 65_536) }
            }
            let mask = Array(body.dropFirst(lengthBytes).prefix(4))
            let arrived = body.dropFirst(lengthBytes + 4).prefix(count)
            let payload = arrived.enumerated().map { $0.element ^ mask[$0.offset % 4] }
            let kind = message?.kind ?? (opcode == .text ? .text : .binary)
            let all = (message?.bytes ?? []) + payload
            let isWhole = arrived.count == count
            if !opcode.isControl && kind == .text && !Self.isTextPrefix(all, isWhole: isWhole && first & 0x80 != 0) {
                throw .notUTF8
            }
            guard isWhole else { return false }
            rest = rest.dropFirst(6 + lengthBytes + count)
            switch opcode {
            case .ping: outcome.events.append(.ping(ByteBuffer(bytes: payload)))
            case .pong: outcome.events.append(.pong(ByteBuffer(bytes: payload)))
            case .close: outcome.events.append(.close(try CloseFrame(payload: ByteBuffer(bytes: payload))))
            default:
                message = first & 0x80 == 0 ? (kind, all) : nil
                if message == nil { outcome.events.append(.message(ByteBuffer(bytes: all), kind)) }
            }
            return true
        }
        do throws(FrameError) {
            while try frame() {}
        } catch {
            outcome.error = error
        }
        return outcome
    }

    /// Whether some text begins like this.
    private static func isTextPrefix(_ bytes: [UInt8], isWhole: Bool) -> Bool {
        if String(validating: bytes, as: UTF8.self) != nil { return true }
        guard !isWhole else { return false }
        // Some completion of a last character makes it valid.
        let tails: [[UInt8]] = [[0x80], [0x80, 0x80], [0x80, 0x80, 0x80], [0xA0, 0x80], [0xA0], [0x90, 0x80, 0x80]]
        return tails.contains { String(validating: bytes + $0, as: UTF8.self) != nil }
    }
}
