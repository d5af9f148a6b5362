import Testing

@testable import Sealing

@Suite("Sealing and opening")
struct CipherTests {
    static let header = Array("header".utf8)
    static let text = Array("hello, sealed world".utf8)

    /// Header and body in one, sealed under a number.
    static func sealed(_ text: [UInt8] = Self.text, key: [UInt8], number: UInt64 = 7) -> [UInt8] {
        var bytes = Self.header + text + [UInt8](repeating: 0, count: 16)
        var elements = bytes.mutableSpan
        var span = elements.mutableBytes
        Sealer(key: key).seal(&span, header: 0..<6, body: 6..<span.byteCount, number: number)
        return bytes
    }

    static func open(_ sealed: [UInt8], key: [UInt8], number: UInt64 = 7) throws(SealingError) -> [UInt8] {
        var bytes = sealed
        var elements = bytes.mutableSpan
        var span = elements.mutableBytes
        try Opener(key: key).open(&span, header: 0..<6, body: 6..<span.byteCount, number: number)
        return Array(bytes[6..<bytes.count - 16])
    }

    /// Computed by another implementation.
    @Test("The bytes are those of HMAC-SHA-256 and AES-256-GCM")
    func golden() throws {
        let derived = try key().derived(for: .segment, salt: (100..<116).map { $0 })
        #expect(Self.hexadecimal(derived) == "5ab33f25ac714914ba0a52d63ef657e79a8dbaeb6ad153f376eb9f91e17fa74b")
        #expect(
            Self.hexadecimal(Self.sealed(key: derived)[6...])
                == "89576027971aacddf20424d9bb1f94ff837a7e7f59e4605c8117032598a32cde5b20cc"
        )
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("What was sealed is opened", arguments: [0, 1, 15, 16, 17, 5_000])
    func roundTrip(count: Int) throws {
        let text = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let sealed = Self.sealed(text, key: try key().bytes)
        #expect(count < 4 || Array(sealed[6..<6 + count]) != text)
        #expect(try Self.open(sealed, key: try key().bytes) == text)
    }

    @Test("Pieces give the same as the whole", arguments: 1...19)
    func pieces(size: Int) throws {
        let bytes = try key().bytes
        let sealer = Sealer(key: bytes), opener = Opener(key: bytes)
        var sealed: [UInt8] = [], opened: [UInt8] = [], room = [UInt8](repeating: 0, count: size)
        sealer.begin(7, header: Self.header)
        opener.begin(7, header: Self.header)
        for start in stride(from: 0, to: Self.text.count, by: size) {
            let piece = Array(Self.text[start..<min(start + size, Self.text.count)])
            sealer.seal(piece.span.bytes, into: &room)
            sealed += room[..<piece.count]
            opener.open(Array(room[..<piece.count]).span.bytes, into: &room)
            opened += room[..<piece.count]
        }
        let tag = sealer.finish()
        #expect(Self.header + sealed + tag == Self.sealed(key: bytes))
        try opener.finish(tag: tag)
        #expect(opened == Self.text)
    }

    @Test("Each flipped bit of header, text and tag is found")
    func everyBit() throws {
        let bytes = try key().bytes, sealed = Self.sealed(key: bytes)
        for index in sealed.indices {
            for bit in 0..<8 {
                var changed = sealed
                changed[index] ^= 1 << UInt8(bit)
                #expect(throws: SealingError.forged) { try Self.open(changed, key: bytes) }
            }
        }
    }

    @Test("Another key, another number and a body without a tag are refused")
    func others() throws {
        let bytes = try key().bytes, sealed = Self.sealed(key: bytes)
        #expect(throws: SealingError.forged) { try Self.open(sealed, key: try key(1).bytes) }
        #expect(throws: SealingError.forged) { try Self.open(sealed, key: bytes, number: 8) }
        for count in 6..<sealed.count {
            #expect(throws: SealingError.forged) {
                var cut = Array(sealed[..<count])
                var elements = cut.mutableSpan
                var span = elements.mutableBytes
                try Opener(key: bytes).open(&span, header: 0..<6, body: 6..<count, number: 7)
            }
        }
    }

    @Test("One sealer seals many texts, each under its number")
    func many() throws {
        let bytes = try key().bytes, sealer = Sealer(key: bytes), opener = Opener(key: bytes)
        for number in 0..<100 as Range<UInt64> {
            var record = Self.header + Self.text + [UInt8](repeating: 0, count: 16)
            var elements = record.mutableSpan
            var span = elements.mutableBytes
            sealer.seal(&span, header: 0..<6, body: 6..<span.byteCount, number: number)
            try opener.open(&span, header: 0..<6, body: 6..<span.byteCount, number: number)
            #expect(Array(record[6..<25]) == Self.text)
        }
    }
}
