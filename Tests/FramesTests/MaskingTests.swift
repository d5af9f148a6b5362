import Testing

@testable import Frames

@Suite("Masking")
struct MaskingTests {
    @Test("Words give what bytes give, at every phase, start and length")
    func wordsAreBytes() {
        let key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
        let mask = UInt32(littleEndian: 0x3D21_FA37)
        for length in 0...40 {
            for start in 0...9 {
                for phase in 0...7 {
                    let plain = (0..<start + length + 3).map { UInt8(truncatingIfNeeded: $0 &* 37) }
                    var words = plain
                    var span = words.mutableSpan
                    var bytes = span.mutableBytes
                    bytes.unmask(from: start, count: length, mask: mask, phase: phase)
                    var expected = plain
                    for index in 0..<length { expected[start + index] ^= key[(phase + index) % 4] }
                    #expect(words == expected, "length \(length), start \(start), phase \(phase)")
                }
            }
        }
    }

    @Test("Masking stays inside the span")
    func staysInside() async {
        await #expect(processExitsWith: .failure) {
            var bytes: [UInt8] = [1, 2, 3]
            var span = bytes.mutableSpan
            var raw = span.mutableBytes
            raw.unmask(from: 1, count: 3, mask: 7)
        }
    }
}
