import Testing

@testable import Sealing

@Suite("Key rings")
struct KeyRingTests {
    @Test("Without a current key nothing is sealed")
    func plain() throws {
        #expect(KeyRing().seal(.segment) == nil)
        #expect(KeyRing(current: nil, older: [try key()]).seal(.segment) == nil)
    }

    @Test("What is sealed with any key on the ring can be opened")
    func rotation() throws {
        let old = try #require(KeyRing(current: try key(1)).seal(.segment))
        let rotated = KeyRing(current: try key(2), older: [try key(1)])
        #expect(rotated.refusal(of: old.label) == nil)
        _ = try rotated.open(old.label, .segment)
        #expect(try #require(rotated.seal(.segment)).label.keyID == (try key(2)).id)
    }

    @Test("A missing key is named, and no key at all is told from the wrong ones")
    func missing() throws {
        let label = try #require(KeyRing(current: try key(1)).seal(.snapshot)).label
        let id = try key(1).id
        #expect(throws: SealingError.noKey(id)) { try KeyRing().open(label, .snapshot) }
        #expect(KeyRing().refusal(of: label) == .noKey(id))
        let wrong = KeyRing(current: try key(2))
        #expect(throws: SealingError.wrongKey(id)) { try wrong.open(label, .snapshot) }
        #expect(wrong.refusal(of: label) == .wrongKey(id))
        #expect("\(SealingError.wrongKey(id))".contains(id.description))
    }

    @Test("Each file has a salt of its own, and so a key of its own")
    func salts() throws {
        let ring = KeyRing(current: try key())
        let labels = try (0..<50).map { _ in try #require(ring.seal(.segment)).label }
        #expect(Set(labels.map(\.salt)).count == 50)
        let keys = Set(try labels.map { try key().derived(for: .segment, salt: $0.salt) })
        #expect(keys.count == 50)
    }

    @Test("A label's bytes are those of the drawing")
    func label() throws {
        let label = try #require(KeyRing(current: try key()).seal(.segment)).label
        #expect(label.bytes.count == SealLabel.byteCount)
        #expect(Array(label.bytes[..<8]) == [0x63, 0x0D, 0xCD, 0x29, 0x66, 0xC4, 0x33, 0x66])
        #expect(SealLabel(label.bytes.span.bytes) == label)
    }
}
