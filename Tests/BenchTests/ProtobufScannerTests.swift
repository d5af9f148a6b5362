import Bench
import NIOCore
import Testing

@Suite("Protobuf messages")
struct ProtobufScannerTests {
    /// A field of bytes, shorter than 128.
    static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] { [number << 3 | 2, UInt8(bytes.count)] + bytes }

    static let marker = JSONLineScannerTests.marker

    static var publication: [UInt8] {
        let data = #"{"m":""# + String(buffer: MarkerTests.text(Self.marker)) + #""}"#
        return Self.field(
            4,
            Self.field(2, Array("g:1".utf8)) + Self.field(4, Self.field(4, Array(data.utf8)) + [6 << 3, 0xAC, 0x02])
        )
    }

    static func scan(_ bytes: [UInt8]) -> ServerMessage {
        let buffer = ByteBuffer(bytes: bytes)
        return ProtobufScanner.scan(buffer.readableBytesSpan, from: 0, to: bytes.count)
    }

    @Test("A message says what the protocol means by it")
    func says() {
        #expect(Self.scan([]) == .ping)
        #expect(Self.scan([8, 7] + Self.field(8, [])) == .acknowledged(id: 7))
        #expect(Self.scan([8, 7] + Self.field(2, [8, 111])) == .refused(id: 7, code: 111))
        #expect(Self.scan(Self.publication) == .delivery(Self.marker, offset: 300))
        #expect(Self.scan(Self.field(4, Self.field(5, []))) == .other)
    }

    @Test("Messages stand after their lengths, and one that is cut off is not there")
    func lengths() {
        let buffer = ByteBuffer(bytes: [2, 8, 7, 0, 3, 8])
        let bytes = buffer.readableBytesSpan
        let messages = [0, 3, 4].map { ProtobufScanner.message(bytes, from: $0) }
        #expect(messages == [1..<3, 4..<4, nil])
    }

    @Test("No damage reads past the end", arguments: 0..<64)
    func damage(seed: Int) {
        var bytes = Self.publication
        bytes[seed * bytes.count / 64] ^= 0xFF
        for end in 0...bytes.count { _ = Self.scan(Array(bytes.prefix(end))) }
    }
}
