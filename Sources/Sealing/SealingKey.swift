internal import COpenSSL

/// What files are sealed with: 32 secret bytes.
///
/// Never shown: its description is its id.
package struct SealingKey: Sendable, Equatable {
    package static let byteCount = 32

    let bytes: [UInt8]
    package let id: SealingKeyID

    /// A key of 32 bytes; nil with more or fewer.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
        self.id = SealingKeyID(of: bytes)
    }

    /// Reads 64 hexadecimal digits, or 44 characters of base64; nil when the text is neither.
    package init?(text: some StringProtocol) {
        let characters = Array(text.utf8)
        let bits: Int
        switch characters.count {
        case 64: bits = 4
        case 44 where characters.last == UInt8(ascii: "="): bits = 6
        default: return nil
        }
        var bytes: [UInt8] = [], word: UInt32 = 0, filled = 0
        for character in bits == 4 ? characters[...] : characters.dropLast() {
            guard let value = bits == 4 ? Self.hexadecimal(character) : Self.base64(character) else { return nil }
            word = word << UInt32(bits) | UInt32(value)
            filled += bits
            guard filled >= 8 else { continue }
            filled -= 8
            bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(filled)))
        }
        // Base64 leaves two bits over, which are zero.
        guard word & ((1 << UInt32(filled)) - 1) == 0 else { return nil }
        self.init(bytes: bytes)
    }

    /// The key of one file: whoever has it can open that file and no other.
    func derived(for kind: SealedFileKind, salt: [UInt8]) -> [UInt8] {
        var derived = [UInt8](repeating: 0, count: Self.byteCount)
        let text = Array(kind.rawValue.utf8) + salt
        let isDone = unsafe copenssl_hmac_sha256(self.bytes, self.bytes.count, text, text.count, &derived) == 1
        precondition(isDone, "libcrypto has HMAC-SHA-256")
        return derived
    }

    private static func hexadecimal(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func base64(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}

extension SealingKey: CustomStringConvertible, CustomReflectable {
    package var description: String { "key \(self.id)" }

    /// Nothing of the bytes, in a dump either.
    package var customMirror: Mirror { Mirror(self, children: ["id": self.id]) }
}

/// Names a sealing key and tells nothing of it: the first eight bytes of its SHA-256.
package struct SealingKeyID: Hashable, Sendable {
    static let byteCount = 8

    /// Its bytes, the first one highest.
    package let rawValue: UInt64

    init(of key: [UInt8]) {
        var digest = [UInt8](repeating: 0, count: 32)
        let isDone = unsafe copenssl_sha256(key, key.count, &digest) == 1
        precondition(isDone, "libcrypto has SHA-256")
        self.init(bytes: digest[..<Self.byteCount])
    }

    init(bytes: some Sequence<UInt8>) { self.rawValue = bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    var bytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self.rawValue >> (56 - 8 * $0)) } }
}

extension SealingKeyID: CustomStringConvertible {
    /// 16 hexadecimal digits.
    package var description: String {
        let digits = String(self.rawValue, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
