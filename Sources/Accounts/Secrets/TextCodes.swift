/// Bytes as text, in the two alphabets that tokens and ids use.
package enum TextCodes {
    /// RFC 4648 section 5, without padding.
    package static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
        Self.encode(bytes, bitsPerCharacter: 6, alphabet: Self.base64URLAlphabet)
    }

    /// RFC 4648 section 6 in lower case, without padding: valid in addresses, and in file names of any system.
    package static func base32(_ bytes: some Sequence<UInt8>) -> String {
        Self.encode(bytes, bitsPerCharacter: 5, alphabet: Self.base32Alphabet)
    }

    /// The bytes of a base64url text, or nil when it is none.
    package static func decodeBase64URL(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count * 3 / 4)
        var pending: UInt32 = 0
        var pendingBits = 0
        for character in text.utf8 {
            guard let value = Self.base64URLAlphabet.firstIndex(of: character) else { return nil }
            pending = pending << 6 | UInt32(value)
            pendingBits += 6
            guard pendingBits >= 8 else { continue }
            pendingBits -= 8
            bytes.append(UInt8(truncatingIfNeeded: pending >> UInt32(pendingBits)))
        }
        guard pendingBits < 6, pending & (1 << UInt32(pendingBits) - 1) == 0 else { return nil }
        return bytes
    }

    private static let base64URLAlphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8
    )
    private static let base32Alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    private static func encode(_ bytes: some Sequence<UInt8>, bitsPerCharacter: Int, alphabet: [UInt8]) -> String {
        let mask = UInt32(1) << UInt32(bitsPerCharacter) - 1
        var characters: [UInt8] = []
        var pending: UInt32 = 0
        var pendingBits = 0
        for byte in bytes {
            pending = pending << 8 | UInt32(byte)
            pendingBits += 8
            while pendingBits >= bitsPerCharacter {
                pendingBits -= bitsPerCharacter
                characters.append(alphabet[Int(pending >> UInt32(pendingBits) & mask)])
            }
        }
        if pendingBits > 0 {
            characters.append(alphabet[Int(pending << UInt32(bitsPerCharacter - pendingBits) & mask)])
        }
        return String(decoding: characters, as: UTF8.self)
    }
}
