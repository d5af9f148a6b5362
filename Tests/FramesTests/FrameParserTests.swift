import NIOCore
import Testing

@testable import Frames

@Suite("Frame parser")
struct FrameParserTests {
    @Test("The examples of RFC 6455 5.7")
    func examples() {
        let hello = ByteBuffer(string: "Hello")
        #expect(Outcome.of([hex("81 85 37fa213d 7f9f4d5158")]).events == [.message(hello, .text)])
        #expect(Outcome.of([hex("89 85 37fa213d 7f9f4d5158")]).events == [.ping(hello)])
        #expect(Outcome.of([hex("8a 85 37fa213d 7f9f4d5158")]).events == [.pong(hello)])
        let server = FrameParser(sender: .server)
        #expect(Outcome.of([hex("81 05 48656c6c6f")], server).events == [.message(hello, .text)])
        #expect(Outcome.of([hex("01 03 48656c 80 02 6c6f")], server).events == [.message(hello, .text)])
    }

    @Test("Many frames of one read come out in order, and are unmasked each by its own mask")
    func manyFrames() {
        var stream = ByteBuffer()
        var expected: [FrameEvent] = []
        for index in 0..<100 {
            stream.writeImmutableBuffer(masked(.binary, "message \(index)", mask: UInt32(index) &* 0x9E37_79B9))
            expected.append(.message(ByteBuffer(string: "message \(index)"), .binary))
        }
        #expect(Outcome.of([stream]) == Outcome(events: expected))
    }

    @Test("The read's own buffer is left as it was")
    func leavesTheReadAlone() {
        let stream = masked(.text, "Hello")
        let before = Array(stream.readableBytesView)
        _ = Outcome.of([stream])
        #expect(Array(stream.readableBytesView) == before)
    }

    @Test("Control frames come between the fragments of a message")
    func controlBetweenFragments() {
        let stream = joined(
            masked(.text, "Hä", isFinal: false),
            masked(.ping, "1"),
            masked(.continuation, "", isFinal: false),
            masked(.pong, ""),
            masked(.continuation, "llo"),
            masked(.binary, "")
        )
        let expected: [FrameEvent] = [
            .ping(ByteBuffer(string: "1")), .pong(ByteBuffer()), .message(ByteBuffer(string: "Hällo"), .text),
            .message(ByteBuffer(), .binary),
        ]
        #expect(Outcome.of([stream]) == Outcome(events: expected))
        #expect(Outcome.of(stream.singleBytes) == Outcome(events: expected))
    }

    @Test("A stream gives the same events wherever it is cut")
    func everySplit() {
        let stream = joined(
            masked(.text, "ö\u{1F4A1}", isFinal: false),
            masked(.ping, "ping"),
            masked(.continuation, "\u{20AC}"),
            masked(.binary, String(repeating: "x", count: 300)),
            masked(.text, ""),
            masked(.close, hex("03e8 627965"))
        )
        let whole = Outcome.of([stream])
        #expect(whole.events.count == 5 && whole.error == nil)
        for count in 0...stream.readableBytes { #expect(Outcome.of(stream.cut(after: count)) == whole, "\(count)") }
        #expect(Outcome.of(stream.singleBytes) == whole)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let why: String
        let stream: ByteBuffer
        let error: FrameError
        /// Events before the error.
        var eventCount = 0

        var testDescription: String { self.why }
    }

    @Test(
        "What the peer does wrong has a name, and what came before counts",
        arguments: [
            Refusal(why: "an unmasked frame", stream: hex("8100"), error: .unmasked),
            Refusal(why: "compression that was not agreed on", stream: hex("c180 00000000"), error: .reservedBits),
            Refusal(why: "a stray continuation", stream: masked(.continuation, "a"), error: .strayContinuation),
            Refusal(
                why: "a continuation after the end",
                stream: joined(masked(.text, "a"), masked(.continuation, "b")),
                error: .strayContinuation,
                eventCount: 1
            ),
            Refusal(
                why: "a message inside another",
                stream: joined(masked(.text, "a", isFinal: false), masked(.text, "b")),
                error: .messageInterrupted
            ),
            Refusal(why: "text that is not UTF-8", stream: masked(.text, hex("ff")), error: .notUTF8),
            Refusal(why: "text that ends inside a character", stream: masked(.text, hex("c3")), error: .notUTF8),
            Refusal(
                why: "a fragment that breaks a character",
                stream: joined(masked(.text, hex("c3"), isFinal: false), masked(.continuation, "a", isFinal: false)),
                error: .notUTF8
            ),
            Refusal(why: "half a close code", stream: masked(.close, hex("03")), error: .closeTruncated),
            Refusal(why: "close code 1005", stream: masked(.close, hex("03ed")), error: .closeCodeInvalid(1005)),
            Refusal(why: "a close reason that is not UTF-8", stream: masked(.close, hex("03e8 ff")), error: .notUTF8),
        ]
    )
    func refuses(_ refusal: Refusal) {
        for pieces in [[refusal.stream], refusal.stream.singleBytes] {
            let outcome = Outcome.of(pieces)
            #expect(outcome.error == refusal.error)
            #expect(outcome.events.count == refusal.eventCount)
        }
    }

    @Test("Bad text is refused at its first bad byte, before its frame is whole")
    func failsFast() {
        let frame = masked(.text, hex("61 c3a4 ff 61 61"))
        #expect(Outcome.of([frame.cut(after: 9)[0]]).error == nil)
        #expect(Outcome.of([frame.cut(after: 10)[0]]).error == .notUTF8)
    }

    @Test("A message may have as many bytes as allowed and no more, in one frame or in many")
    func limits() {
        let limits = FrameLimits(messageBytesMax: 100)
        let full = String(repeating: "x", count: 100)
        #expect(Outcome.of([masked(.text, full)], FrameParser(limits: limits)).events.count == 1)
        let error = FrameError.messageTooLarge(bytesMax: 100)
        // The header is enough.
        let header = masked(.text, full + "x").cut(after: 6)[0]
        #expect(Outcome.of([header], FrameParser(limits: limits)).error == error)
        let fragments = joined(masked(.binary, full, isFinal: false), masked(.continuation, "x"))
        #expect(Outcome.of([fragments], FrameParser(limits: limits)).error == error)
        let huge = hex("82 ff 7fffffffffffffff 00000000 00")
        #expect(Outcome.of([huge], FrameParser(limits: limits)).error == error)
    }

    @Test("A close frame may be empty, or have a code, or a reason too")
    func closes() {
        #expect(Outcome.of([masked(.close, "")]).events == [.close(CloseFrame(code: nil))])
        #expect(Outcome.of([masked(.close, hex("03e8"))]).events == [.close(CloseFrame(code: .normal))])
        let bye = CloseFrame(code: CloseCode(rawValue: 4999), reason: "bye")
        #expect(Outcome.of([masked(.close, hex("1387 627965"))]).events == [.close(bye)])
    }
}
