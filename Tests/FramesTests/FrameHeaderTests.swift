import Testing

@testable import Frames

@Suite("Frame headers")
struct FrameHeaderTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        let why: String
        let bytes: [UInt8]
        let error: FrameError
        var sender = FrameHeader.Sender.client

        var testDescription: String { self.why }
    }

    @Test(
        "What RFC 6455 forbids is refused by name",
        arguments: [
            Refusal(why: "the second reserved bit", bytes: [0xA1, 0x80], error: .reservedBits),
            Refusal(why: "the third reserved bit", bytes: [0x91, 0x80], error: .reservedBits),
            Refusal(why: "a compressed ping", bytes: [0xC9, 0x80], error: .reservedBits),
            Refusal(why: "opcode 3", bytes: [0x83, 0x80], error: .unknownOpcode(3)),
            Refusal(why: "opcode 11", bytes: [0x8B, 0x80], error: .unknownOpcode(11)),
            Refusal(why: "a client's frame without a mask", bytes: [0x81, 0x00], error: .unmasked),
            Refusal(why: "a server's frame with a mask", bytes: [0x81, 0x80], error: .masked, sender: .server),
            Refusal(why: "a fragmented ping", bytes: [0x09, 0x80], error: .fragmentedControl),
            Refusal(why: "a ping of 126 bytes", bytes: [0x89, 0xFE, 0, 126], error: .controlTooLong),
            Refusal(why: "125 in two bytes", bytes: [0x81, 0xFE, 0, 125, 0, 0, 0, 0], error: .lengthNotMinimal),
            Refusal(
                why: "65,535 in eight bytes",
                bytes: [0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0],
                error: .lengthNotMinimal
            ),
            Refusal(
                why: "a length of 2^63",
                bytes: [0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
                error: .lengthTooLarge
            ),
        ]
    )
    func refuses(_ refusal: Refusal) {
        #expect(throws: refusal.error) {
            try FrameHeader.parse(refusal.bytes, from: refusal.sender)
        }
    }

    @Test("Every length is read in its own form", arguments: [0, 1, 125, 126, 127, 65_535, 65_536, 1 << 40])
    func readsLengths(payloadBytes: Int) throws {
        var bytes: [UInt8] = [0x82]
        switch payloadBytes {
        case ..<126: bytes += [0x80 | UInt8(payloadBytes)]
        case ...65_535: bytes += [0xFE] + (0..<2).map { UInt8(truncatingIfNeeded: payloadBytes >> (8 - $0 * 8)) }
        default: bytes += [0xFF] + (0..<8).map { UInt8(truncatingIfNeeded: payloadBytes >> (56 - $0 * 8)) }
        }
        bytes += [1, 2, 3, 4]
        for count in 0..<bytes.count {
            let prefix = Array(bytes.prefix(count))
            #expect(try FrameHeader.parse(prefix) == nil)
        }
        let header = try #require(try FrameHeader.parse(bytes))
        #expect(header.payloadBytes == payloadBytes)
        #expect(header.headerBytes == bytes.count)
        #expect(header.mask == UInt32(littleEndian: 0x0403_0201))
    }

    @Test("Every error ends the connection with a code that may be sent")
    func closeCodes() {
        #expect(FrameError.unmasked.closeCode == .protocolError)
        #expect(FrameError.notUTF8.closeCode == .invalidPayload)
        #expect(FrameError.corruptDeflate.closeCode == .invalidPayload)
        #expect(FrameError.messageTooLarge(bytesMax: 1).closeCode == .tooLarge)
        #expect(FrameError.inflatedTooLarge(bytesMax: 1).closeCode == .tooLarge)
    }

    @Test("Only registered and private codes may be sent")
    func sendableCodes() {
        let sendable = (0...UInt16.max).filter { CloseCode(rawValue: $0).isSendable }
        #expect(sendable == Array(1000...1003) + Array(1007...1014) + Array(3000...4999))
    }
}

extension FrameHeader {
    /// Reads the header that these bytes begin with.
    fileprivate static func parse(_ bytes: [UInt8], from sender: Sender = .client) throws(FrameError) -> FrameHeader? {
        try Self.parse(bytes.span.bytes, from: sender)
    }
}
