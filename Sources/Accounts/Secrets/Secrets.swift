private import COpenSSL

/// Bytes that nobody can guess, and what is derived from them.
package enum Secrets {
    /// Random bytes fit for keys.
    package static func random(_ count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            guard let base = buffer.baseAddress else { return }
            // Without randomness every token could be guessed: better no server than such a one.
            precondition(unsafe copenssl_random(base, count) == 1, "libcrypto has no random bytes")
            filled = count
        }
    }

    /// HMAC-SHA-256 of a text.
    package static func authenticationCode(key: [UInt8], _ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        return unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, filled in
            guard let target = buffer.baseAddress else { return }
            let isDone = unsafe key.withUnsafeBytes { keyBytes in
                unsafe bytes.withUnsafeBytes { textBytes in
                    var empty: UInt8 = 0
                    return unsafe withUnsafePointer(to: &empty) { none in
                        unsafe copenssl_hmac_sha256(
                            keyBytes.baseAddress ?? UnsafeRawPointer(none),
                            keyBytes.count,
                            textBytes.baseAddress ?? UnsafeRawPointer(none),
                            textBytes.count,
                            target
                        ) == 1
                    }
                }
            }
            precondition(isDone, "libcrypto has no HMAC")
            filled = 32
        }
    }

    /// Whether two secrets are equal, in a time that does not depend on where they differ.
    package static func equal(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard one.count == other.count else { return false }
        return unsafe one.withUnsafeBytes { first in
            unsafe other.withUnsafeBytes { second in
                guard let first = first.baseAddress, let second = second.baseAddress else { return true }
                return unsafe copenssl_equal(first, second, one.count) == 1
            }
        }
    }
}
