internal import Crypto

/// The encryption of web pushes: aes128gcm (RFC 8188) with keys that only the browser can find (RFC 8291).
///
/// ```
/// 0       16          20      21             86               86+n+1  86+n+17
/// | salt   | rs = 4096 | 65    | our point    | message, 0x02 … | tag    |
/// ```
enum WebPushCipher {
    static let recordBytes = 4096
    static let headerBytes = 16 + 4 + 1 + 65
    /// What fits into the one record, without its end mark and tag.
    static let plainBytesMax = recordBytes - headerBytes - 1 - 16

    /// What a browser gave: its point, and the secret that it shares with us.
    struct Recipient {
        let point: P256.KeyAgreement.PublicKey
        let secret: [UInt8]

        /// Nil when they are not what RFC 8291, section 3.1, asks for.
        init?(_ subscription: WebPushSubscription) {
            guard let point = Base64URL.decode(subscription.p256dh), let secret = Base64URL.decode(subscription.auth),
                secret.count == 16, let key = try? P256.KeyAgreement.PublicKey(x963Representation: point)
            else { return nil }
            self.point = key
            self.secret = secret
        }
    }

    /// One message as the body of a request; key and salt serve once.
    static func seal(
        _ plain: [UInt8],
        for recipient: Recipient,
        key: P256.KeyAgreement.PrivateKey,
        salt: [UInt8]
    ) throws -> [UInt8] {
        precondition(salt.count == 16 && plain.count <= Self.plainBytesMax, "one record, with a salt of 16 bytes")
        let ours = Array(key.publicKey.x963Representation)
        let shared = try key.sharedSecretFromKeyAgreement(with: recipient.point)
        let master = shared.hkdfDerivedSymmetricKey(
            using: SHA256.self,
            salt: recipient.secret,
            sharedInfo: Array("WebPush: info\0".utf8) + Array(recipient.point.x963Representation) + ours,
            outputByteCount: 32
        )
        let content = Self.derive(master, salt, "Content-Encoding: aes128gcm\0", bytes: 16)
        let nonce = Self.derive(master, salt, "Content-Encoding: nonce\0", bytes: 12)
        let start = try AES.GCM.Nonce(data: unsafe nonce.withUnsafeBytes { unsafe Array($0) })
        // 0x02: the last record ends here.
        let box = try AES.GCM.seal(plain + [2], using: content, nonce: start)
        let size = UInt32(Self.recordBytes)
        let header = salt + [UInt8(size >> 24), UInt8(size >> 16 & 255), UInt8(size >> 8 & 255), UInt8(size & 255)]
        return header + [UInt8(ours.count)] + ours + Array(box.ciphertext) + Array(box.tag)
    }

    private static func derive(_ key: SymmetricKey, _ salt: [UInt8], _ info: String, bytes: Int) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: key, salt: salt, info: Array(info.utf8), outputByteCount: bytes)
    }
}
