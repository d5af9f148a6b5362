import NIOCore
import Testing

@testable import Frames

@Suite("Frame encoding")
struct FrameEncodingTests {
    @Test("The examples of RFC 6455 5.7")
    func examples() {
        var frames = ByteBuffer()
        frames.writeFrame(.text, payload: ByteBuffer(string: "Hello"))
        #expect(frames == hex("81 05 48656c6c6f"))
        frames.clear()
        frames.writeFrame(.text, payload: ByteBuffer(string: "Hel"), isFinal: false)
        frames.writeFrame(.continuation, payload: ByteBuffer(string: "lo"))
        #expect(frames == hex("01 03 48656c 80 02 6c6f"))
        frames.clear()
        frames.writeMaskedFrame(.text, payload: ByteBuffer(string: "Hello"), mask: UInt32(littleEndian: 0x3D21_FA37))
        #expect(frames == hex("81 85 37fa213d 7f9f4d5158"))
        frames.clear()
        frames.writeFrameHeader(.binary, payloadBytes: 256)
        frames.writeFrameHeader(.binary, payloadBytes: 65_536)
        #expect(frames == hex("82 7e 0100 82 7f 0000000000010000"))
    }

    @Test("What is written is read", arguments: [0, 1, 125, 126, 65_535, 65_536, 200_000])
    func roundTrip(payloadBytes: Int) {
        let payload = ByteBuffer(repeating: 0x61, count: payloadBytes)
        var frame = ByteBuffer()
        frame.writeFrame(.binary, payload: payload)
        #expect(frame.readableBytes == FrameEncoding.frameBytes(payloadBytes: payloadBytes))
        let limits = FrameLimits(messageBytesMax: 1 << 20)
        let fromServer = Outcome.of([frame], FrameParser(limits: limits, sender: .server))
        #expect(fromServer == Outcome(events: [.message(payload, .binary)]))
        // Behind other bytes, so that masking must not begin at the buffer's start.
        let stream = joined(masked(.ping, "x"), masked(.binary, payload, mask: 0xDEAD_BEEF))
        let fromClient = Outcome.of([stream], FrameParser(limits: limits))
        #expect(fromClient == Outcome(events: [.ping(ByteBuffer(string: "x")), .message(payload, .binary)]))
    }

    @Test("A close frame has a code and as much of the reason as fits")
    func closeFrames() throws {
        var frame = ByteBuffer()
        frame.writeCloseFrame(CloseFrame(code: nil, reason: "not sent"))
        #expect(frame == hex("88 00"))
        frame.clear()
        frame.writeCloseFrame(CloseFrame(code: .normal, reason: "bye"))
        #expect(frame == hex("88 05 03e8 627965"))
        frame.clear()
        frame.writeCloseFrame(CloseFrame(code: .slow, reason: String(repeating: "ä", count: 100)))
        #expect(frame.readableBytes == 2 + 2 + 122)
        let outcome = Outcome.of([frame], FrameParser(sender: .server))
        #expect(outcome.events == [.close(CloseFrame(code: .slow, reason: String(repeating: "ä", count: 61)))])
    }
}
