import Bench
import NIOCore
import Testing

@Suite("Markers")
struct MarkerTests {
    /// Text with a marker at an offset.
    static func text(_ marker: Marker, before: String = "", after: String = "") -> ByteBuffer {
        var text = ByteBuffer(string: before + String(repeating: " ", count: Marker.bytes) + after)
        var bytes = text.mutableReadableBytesSpan
        marker.write(into: &bytes, at: before.utf8.count)
        return text
    }

    @Test(
        "A marker reads as it was written",
        arguments: [
            Marker(nanoseconds: 0, number: 0, stream: 0, publisher: 0),
            Marker(nanoseconds: .max, number: .max, stream: .max, publisher: .max),
            Marker(nanoseconds: 0x0123_4567_89AB_CDEF, number: 0x89AB_CDEF, stream: 0x1234, publisher: 0xFEDC),
        ]
    )
    func roundTrip(_ marker: Marker) {
        let text = Self.text(marker, before: "abc", after: "xyz")
        let bytes = text.readableBytesSpan
        let (found, stands, read) = (
            Marker.find(in: bytes, from: 0, to: bytes.byteCount),
            Marker.stands(at: 3, in: bytes, end: bytes.byteCount),
            Marker(bytes, at: 3)
        )
        #expect(found == 3)
        #expect(stands)
        #expect(read == marker)
    }

    @Test("A marker needs no escape in JSON")
    func needsNoEscape() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<1000 {
            let marker = Marker(
                nanoseconds: generator.next(),
                number: generator.next(),
                stream: generator.next(),
                publisher: generator.next()
            )
            let text = Self.text(marker)
            #expect(text.readableBytesView.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C })
        }
    }

    @Test("A marker that is cut off is not found")
    func cutOff() {
        let text = Self.text(Marker(nanoseconds: 1, number: 2, stream: 3, publisher: 4))
        let bytes = text.readableBytesSpan
        let found = [
            Marker.find(in: bytes, from: 0, to: Marker.bytes - 1),
            Marker.find(in: bytes, from: 1, to: Marker.bytes),
        ]
        let stands = Marker.stands(at: -1, in: bytes, end: Marker.bytes)
        #expect(found == [nil, nil])
        #expect(!stands)
    }
}
