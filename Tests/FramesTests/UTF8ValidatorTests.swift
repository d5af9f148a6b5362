import Primitives
import Testing

@testable import Frames

@Suite("UTF-8 validation")
struct UTF8ValidatorTests {
    struct Text: Sendable, CustomTestStringConvertible {
        let why: String
        let bytes: [UInt8]
        /// How many bytes are taken before the first that is refused.
        var takenBytes: Int?

        var testDescription: String { self.why }
    }

    @Test(
        "The borders of RFC 3629",
        arguments: [
            Text(why: "nothing", bytes: []),
            Text(why: "the last of one byte", bytes: [0x7F]),
            Text(why: "the first of two", bytes: [0xC2, 0x80]),
            Text(why: "the last of two", bytes: [0xDF, 0xBF]),
            Text(why: "the first of three", bytes: [0xE0, 0xA0, 0x80]),
            Text(why: "the last before the surrogates", bytes: [0xED, 0x9F, 0xBF]),
            Text(why: "the first after the surrogates", bytes: [0xEE, 0x80, 0x80]),
            Text(why: "the last of three", bytes: [0xEF, 0xBF, 0xBF]),
            Text(why: "the first of four", bytes: [0xF0, 0x90, 0x80, 0x80]),
            Text(why: "the last there is", bytes: [0xF4, 0x8F, 0xBF, 0xBF]),
            Text(why: "a stray continuation", bytes: [0x80], takenBytes: 0),
            Text(why: "an overlong slash", bytes: [0xC0, 0xAF], takenBytes: 0),
            Text(why: "an overlong letter", bytes: [0xC1, 0xBF], takenBytes: 0),
            Text(why: "an overlong form of three", bytes: [0xE0, 0x9F, 0xBF], takenBytes: 1),
            Text(why: "a surrogate", bytes: [0xED, 0xA0, 0x80], takenBytes: 1),
            Text(why: "an overlong form of four", bytes: [0xF0, 0x8F, 0xBF, 0xBF], takenBytes: 1),
            Text(why: "beyond the last", bytes: [0xF4, 0x90, 0x80, 0x80], takenBytes: 1),
            Text(why: "a lead that never was", bytes: [0xF5], takenBytes: 0),
            Text(why: "a character cut short by another", bytes: [0xE2, 0x82, 0x41], takenBytes: 2),
        ]
    )
    func borders(_ text: Text) {
        // Alone, and behind enough ASCII for the fast path to run.
        for lead in [0, 1, 7, 15, 16, 17, 33] {
            let ascii = [UInt8](repeating: 0x61, count: lead)
            var validator = UTF8Validator()
            let whole = ascii + text.bytes
            let isTaken = validator.consume(whole)
            #expect(isTaken == (text.takenBytes == nil))
            var single = UTF8Validator()
            let taken = whole.firstIndex { !single.consume([$0]) }
            #expect(taken == text.takenBytes.map { lead + $0 })
            if text.takenBytes == nil { #expect(validator.isComplete && single.isComplete) }
        }
    }

    @Test("A text that ends inside a character is not complete")
    func incomplete() {
        for count in 1...3 {
            let cut = Array([0xF0, 0x9F, 0x92, 0xA1].prefix(count)) as [UInt8]
            var validator = UTF8Validator()
            let isTaken = validator.consume(cut)
            #expect(isTaken)
            #expect(!validator.isComplete)
        }
    }

    @Test("It agrees with the standard library on random bytes", arguments: UInt64(1)...20)
    func agreesWithTheStandardLibrary(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet: [UInt8] = [
            0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC2, 0xE0, 0xE1, 0xED, 0xF0, 0xF1, 0xF4,
        ]
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
            }
            var validator = UTF8Validator()
            let isValid = validator.consume(bytes) && validator.isComplete
            #expect(isValid == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
        }
    }
}

extension UTF8Validator {
    /// Takes the next bytes.
    fileprivate mutating func consume(_ bytes: [UInt8]) -> Bool { self.consume(bytes.span.bytes) }
}
