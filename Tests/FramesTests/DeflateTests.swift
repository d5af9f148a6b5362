import NIOCore
import Primitives
import Testing

@testable import Frames

@Suite("Compression of messages")
struct DeflateTests {
    private let hello = ByteBuffer(string: "Hello")

    struct Example: Sendable, CustomTestStringConvertible {
        let why: String
        let compressed: ByteBuffer

        var testDescription: String { self.why }
    }

    @Test(
        "The examples of RFC 7692 7.2.3 say Hello",
        arguments: [
            Example(why: "one block", compressed: hex("f248cdc9c90700")),
            Example(why: "a stored block", compressed: hex("00 0500 faff 48656c6c6f 00")),
            Example(why: "a last block, then one more", compressed: hex("f348cdc9c9070000")),
            Example(why: "two blocks", compressed: hex("f24805000000ffffcac9c90700")),
            Example(why: "a last block and nothing after it", compressed: hex("f348cdc9c90700")),
        ]
    )
    func examples(_ example: Example) throws {
        let inflater = Inflater()
        for _ in 0..<2 {
            #expect(try inflater.inflate(example.compressed, bytesMax: 5, keepsContext: false) == self.hello)
        }
    }

    @Test("A message may refer to the last one, where that was agreed on")
    func context() throws {
        let inflater = Inflater()
        #expect(try inflater.inflate(hex("f248cdc9c90700"), bytesMax: 100, keepsContext: true) == self.hello)
        #expect(try inflater.inflate(hex("f200110000"), bytesMax: 100, keepsContext: true) == self.hello)
        #expect(throws: FrameError.corruptDeflate) {
            try inflater.inflate(hex("f200110000"), bytesMax: 100, keepsContext: false)
        }
        #expect(try inflater.inflate(hex("f248cdc9c90700"), bytesMax: 100, keepsContext: false) == self.hello)
    }

    @Test("A last block does not end what later messages may refer to")
    func contextOverLastBlock() throws {
        let inflater = Inflater()
        #expect(try inflater.inflate(hex("f348cdc9c9070000"), bytesMax: 100, keepsContext: true) == self.hello)
        #expect(try inflater.inflate(hex("f200110000"), bytesMax: 100, keepsContext: true) == self.hello)
    }

    @Test("What is no deflate is refused", arguments: [hex("ff"), hex("f2"), hex("f248cd"), hex("07"), hex("0001")])
    func corrupt(_ bytes: ByteBuffer) {
        #expect(throws: FrameError.corruptDeflate) {
            try Inflater().inflate(bytes, bytesMax: 1_000, keepsContext: false)
        }
    }

    @Test("What is deflated inflates again, with every window", arguments: 9...15)
    func roundTrip(windowBits: Int) throws {
        var generator = SeededGenerator(seed: UInt64(windowBits))
        let deflater = Deflater(windowBits: windowBits)
        let inflater = Inflater(windowBits: windowBits)
        for count in [0, 1, 2, 63, 64, 65, 1_000, 70_000, 300_000] {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...3, using: &generator) }
            var compressed = ByteBuffer()
            deflater.deflate(bytes.span.bytes, into: &compressed)
            let message = try inflater.inflate(compressed, bytesMax: max(1, count), keepsContext: false)
            #expect(message == ByteBuffer(bytes: bytes))
        }
    }

    @Test("Each message is compressed on its own, so one frame serves all")
    func sameFrame() {
        let deflater = Deflater()
        let text = ByteBuffer(repeating: 0x61, count: 500)
        var first = ByteBuffer(), second = ByteBuffer()
        deflater.writeFrame(.text, payload: text, into: &first)
        deflater.writeFrame(.text, payload: text, into: &second)
        #expect(first == second)
        #expect(first.readableBytes < 50)
        let parser = FrameParser(inflation: Inflation(inflater: Inflater(), keepsContext: false), sender: .server)
        #expect(Outcome.of([first], parser).events == [.message(text, .text)])
    }

    @Test("What would not get shorter is sent as it is")
    func incompressible() {
        var frame = ByteBuffer()
        Deflater().writeFrame(.binary, payload: hex("0123456789abcdef"), into: &frame)
        #expect(frame == hex("82 08 0123456789abcdef"))
    }

    @Test("A decompression bomb is refused as soon as it passes the bound")
    func bomb() throws {
        let zeros = [UInt8](repeating: 0, count: 10_000_000)
        var compressed = ByteBuffer()
        Deflater(level: 9).deflate(zeros.span.bytes, into: &compressed)
        #expect(compressed.readableBytes < 12_000)
        let inflation = Inflation(inflater: Inflater(), keepsContext: false)
        let stream = masked(.binary, compressed, isCompressed: true)
        let outcome = Outcome.of([stream], FrameParser(inflation: inflation))
        #expect(outcome.error == .inflatedTooLarge(bytesMax: 655_360))
        let small = masked(.binary, hex("f248cdc9c90700"), isCompressed: true)
        #expect(Outcome.of([small], FrameParser(inflation: inflation)).events == [.message(self.hello, .binary)])
    }

    @Test("The bound is exact")
    func bound() throws {
        let text = [UInt8](repeating: 0x61, count: 1_000)
        var compressed = ByteBuffer()
        Deflater().deflate(text.span.bytes, into: &compressed)
        #expect(try Inflater().inflate(compressed, bytesMax: 1_000, keepsContext: false).readableBytes == 1_000)
        #expect(throws: FrameError.inflatedTooLarge(bytesMax: 999)) {
            try Inflater().inflate(compressed, bytesMax: 999, keepsContext: false)
        }
    }

    @Test("Compressed messages come in fragments too, and their text is checked once inflated")
    func fragments() {
        let inflation = Inflation(inflater: Inflater(), keepsContext: false)
        let stream = joined(
            masked(.text, hex("f248cd"), isFinal: false, isCompressed: true),
            masked(.ping, ""),
            masked(.continuation, hex("c9c90700"))
        )
        let expected = Outcome(events: [.ping(ByteBuffer()), .message(self.hello, .text)])
        #expect(Outcome.of([stream], FrameParser(inflation: inflation)) == expected)
        #expect(Outcome.of(stream.singleBytes, FrameParser(inflation: inflation)) == expected)
        let bad = masked(.text, hex("00 0100 feff ff 00"), isCompressed: true)
        #expect(Outcome.of([bad], FrameParser(inflation: inflation)).error == .notUTF8)
        let late = joined(
            masked(.text, "a", isFinal: false),
            masked(.continuation, hex("f248cdc9c90700"), isCompressed: true)
        )
        #expect(Outcome.of([late], FrameParser(inflation: inflation)).error == .reservedBits)
    }
}
