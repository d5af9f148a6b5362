private import COpenSSL

/// A SHA-256 digest, as four words: a key of tables that needs no allocation.
package struct Digest256: Hashable, Sendable, CustomStringConvertible {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// The digest of a text's UTF-8 bytes.
    package init(of text: String) {
        var text = text
        self = text.withUTF8 { unsafe Self.digest(UnsafeRawBufferPointer($0)) }
    }

    /// The digest of bytes.
    package init(of bytes: [UInt8]) {
        self = unsafe bytes.withUnsafeBytes { unsafe Self.digest($0) }
    }

    /// Reads what `description` writes, or returns nil.
    package init?(_ text: String) {
        guard text.utf8.count == 64 else { return nil }
        var words: [UInt64] = []
        var rest = text[...]
        for _ in 0..<4 {
            guard let word = UInt64(rest.prefix(16), radix: 16) else { return nil }
            words.append(word)
            rest = rest.dropFirst(16)
        }
        self.words = (words[0], words[1], words[2], words[3])
    }

    private init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    /// The digest of several parts; no two lists of parts give the same bytes.
    package init(parts: String...) {
        var bytes: [UInt8] = []
        for part in parts {
            // The length before each part keeps ("ab", "c") and ("a", "bc") apart.
            unsafe withUnsafeBytes(of: UInt32(part.utf8.count).bigEndian) { unsafe bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: part.utf8)
        }
        self.init(of: bytes)
    }

    /// The 32 bytes, first to last.
    package var bytes: [UInt8] {
        [self.words.0, self.words.1, self.words.2, self.words.3].flatMap { word in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
        }
    }

    /// 64 hexadecimal digits.
    package var description: String {
        [self.words.0, self.words.1, self.words.2, self.words.3].reduce(into: "") { text, word in
            let digits = String(word, radix: 16)
            text += String(repeating: "0", count: 16 - digits.count) + digits
        }
    }

    /// One of `count` stripes; a digest is spread evenly.
    func stripe(of count: Int) -> Int { Int(truncatingIfNeeded: self.words.3 % UInt64(count)) }

    package static func == (left: Digest256, right: Digest256) -> Bool {
        // No early exit: the time tells nothing of the first word that differs.
        (left.words.0 ^ right.words.0) | (left.words.1 ^ right.words.1) | (left.words.2 ^ right.words.2)
            | (left.words.3 ^ right.words.3) == 0
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.words.0)
        hasher.combine(self.words.1)
    }

    private static func digest(_ bytes: UnsafeRawBufferPointer) -> Digest256 {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var empty: UInt8 = 0
        let isDone = unsafe withUnsafeMutableBytes(of: &words) { out in
            let out = unsafe out.bindMemory(to: UInt8.self)
            guard let target = out.baseAddress else { return false }
            guard let base = bytes.baseAddress else { return unsafe copenssl_sha256(&empty, 0, target) == 1 }
            return unsafe copenssl_sha256(base, bytes.count, target) == 1
        }
        precondition(isDone, "libcrypto has no SHA-256")
        return Digest256(
            words: (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
        )
    }
}
