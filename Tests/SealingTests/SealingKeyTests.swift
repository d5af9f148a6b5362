import Testing

@testable import Sealing

/// A key whose bytes begin with `first` and count up.
func key(_ first: UInt8 = 0) throws -> SealingKey {
    try #require(SealingKey(bytes: (0..<32).map { first &+ $0 }))
}

@Suite("Sealing keys")
struct SealingKeyTests {
    static let hexadecimal = "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F"
    static let base64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    @Test("A key is read from hexadecimal digits and from base64", arguments: [hexadecimal, base64])
    func text(text: String) throws { #expect(SealingKey(text: text) == (try key())) }

    @Test(
        "What is no key is refused",
        arguments: [
            "", "00", String(repeating: "g", count: 64), hexadecimal + "0", "-" + base64.dropFirst(),
            String(base64.dropLast()), base64.dropLast(2) + "9=", String(repeating: "A", count: 44),
            String(repeating: "é", count: 32), String(repeating: "=", count: 44),
        ]
    )
    func refused(text: String) { #expect(SealingKey(text: text) == nil) }

    @Test("A key has 32 bytes", arguments: [0, 16, 31, 33, 64])
    func size(count: Int) { #expect(SealingKey(bytes: [UInt8](repeating: 1, count: count)) == nil) }

    /// Computed by another implementation.
    @Test("A key is named by the start of its SHA-256")
    func id() throws { #expect(try key().id.description == "630dcd2966c43366") }

    @Test("No way of printing a key shows it")
    func secret() throws {
        let key = try key()
        var dumped = ""
        dump(key, to: &dumped)
        for text in [dumped, "\(key)", String(reflecting: key), String(describing: [key])] {
            #expect(!text.contains("- 31") && !text.contains("30, 31") && text.contains("630dcd2966c43366"))
        }
    }
}
