import Primitives
import Testing

@Suite("Sums and seeds")
struct SumTests {
    struct Vector: Sendable {
        var why: String
        var bytes: [UInt8]
        var sum: UInt32
    }

    /// RFC 3720 appendix B.4, and the check value of the catalogue of CRCs.
    static let vectors = [
        Vector(why: "nothing", bytes: [], sum: 0),
        Vector(why: "123456789", bytes: Array("123456789".utf8), sum: 0xE306_9283),
        Vector(why: "32 bytes of zeros", bytes: Array(repeating: 0, count: 32), sum: 0x8A91_36AA),
        Vector(why: "32 bytes of ones", bytes: Array(repeating: 0xFF, count: 32), sum: 0x62A8_AB43),
        Vector(why: "32 bytes counting up", bytes: Array(0..<32), sum: 0x46DD_794E),
        Vector(why: "32 bytes counting down", bytes: Array((0..<32).reversed()), sum: 0x113F_DB5C),
    ]

    @Test("CRC-32C has the published sums", arguments: Self.vectors)
    func published(_ vector: Vector) { #expect(CRC32C.checksum(vector.bytes) == vector.sum, "\(vector.why)") }

    @Test("A sum goes on from any cut, at any length, as a slow one does")
    func cuts() {
        var generator = SeededGenerator(seed: 7)
        for count in [1, 3, 8, 9, 63, 64, 65, 255, 256, 1_000, 4_095, 12_288, 70_001] {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let whole = Self.slow(bytes)
            #expect(CRC32C.checksum(bytes) == whole, "\(count) bytes")
            let cut = Int.random(in: 0...count, using: &generator)
            #expect(CRC32C.checksum(Array(bytes[cut...]), from: CRC32C.checksum(Array(bytes[..<cut]))) == whole)
            #expect(CRC32C.checksum(bytes.span.bytes) == whole)
        }
    }

    /// Bit by bit, as the polynomial says.
    private static func slow(_ bytes: [UInt8]) -> UInt32 {
        var sum = UInt32.max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
        }
        return ~sum
    }

    @Test("A seed gives SplitMix64's numbers")
    func seeds() {
        var generator = SeededGenerator(seed: 0)
        let first = (0..<3).map { _ in generator.next() }
        #expect(first == [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F])
        var one = SeededGenerator(seed: 1), other = SeededGenerator(seed: 1)
        for _ in 0..<100 { #expect(one.next() == other.next()) }
    }
}
