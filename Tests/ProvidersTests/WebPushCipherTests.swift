import Crypto
import Testing

@testable import Providers

@Suite("Encryption of web pushes")
struct WebPushCipherTests {
    /// RFC 8291, appendix A.
    private enum Vector {
        static let plain = "When I grow up, I want to be a watermelon"
        static let senderKey = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
        static let receiverKey = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
        static let receiverPoint =
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        static let auth = "BTBZMqHH6r4Tts7J_aSIgg"
        static let salt = "DGv6ra1nlYgDCS1FRnbzlw"
        static let message =
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    }

    @Test("The example of RFC 8291 comes out byte for byte")
    func example() throws {
        let key = try P256.KeyAgreement.PrivateKey(rawRepresentation: #require(Base64URL.decode(Vector.senderKey)))
        let receiver = try P256.KeyAgreement.PrivateKey(
            rawRepresentation: #require(Base64URL.decode(Vector.receiverKey))
        )
        #expect(Base64URL.encode(receiver.publicKey.x963Representation) == Vector.receiverPoint)
        let subscription = WebPushSubscription(
            endpoint: "https://push.example",
            p256dh: Vector.receiverPoint,
            auth: Vector.auth
        )
        let sealed = try WebPushCipher.seal(
            Array(Vector.plain.utf8),
            for: #require(WebPushCipher.Recipient(subscription)),
            key: key,
            salt: #require(Base64URL.decode(Vector.salt))
        )
        #expect(Base64URL.encode(sealed) == Vector.message)
        let browser = try Browser(key: receiver, auth: #require(Base64URL.decode(Vector.auth)))
        #expect(try browser.open(sealed) == Array(Vector.plain.utf8))
    }

    @Test("The longest message fills a record of 4,096 bytes", arguments: [0, 1, 1000, WebPushCipher.plainBytesMax])
    func lengths(count: Int) throws {
        let browser = Browser()
        let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let sealed = try WebPushCipher.seal(
            plain,
            for: #require(WebPushCipher.Recipient(browser.subscription(at: "https://p.example"))),
            key: P256.KeyAgreement.PrivateKey(),
            salt: Array(repeating: 7, count: 16)
        )
        #expect(sealed.count == 86 + count + 17 && sealed.count <= 4096)
        #expect(try browser.open(sealed) == plain)
    }

    @Test("Keys that are none make no recipient")
    func badKeys() {
        let good = Browser().subscription(at: "https://p.example")
        #expect(WebPushCipher.Recipient(good) != nil)
        for (p256dh, auth) in [
            ("", good.auth), ("AAAA", good.auth), ("!", good.auth), (good.p256dh, ""), (good.p256dh, "AAAA"),
            // A point that is not on the curve.
            (Base64URL.encode([4] + Array(repeating: UInt8(1), count: 64)), good.auth),
        ] {
            let subscription = WebPushSubscription(endpoint: "https://p.example", p256dh: p256dh, auth: auth)
            #expect(WebPushCipher.Recipient(subscription) == nil)
        }
    }
}

/// The other end of a web push.
struct Browser {
    var key = P256.KeyAgreement.PrivateKey()
    var auth: [UInt8] = (1...16).map { UInt8($0) }

    func subscription(at endpoint: String) -> WebPushSubscription {
        WebPushSubscription(
            endpoint: endpoint,
            p256dh: Base64URL.encode(self.key.publicKey.x963Representation),
            auth: Base64URL.encode(self.auth)
        )
    }

    /// Written from RFC 8188 and RFC 8291 with HMAC alone, where the cipher uses HKDF.
    func open(_ sealed: [UInt8]) throws -> [UInt8] {
        let salt = sealed[..<16], sender = sealed[21..<86]
        #expect(Array(sealed[16..<21]) == [0, 0, 16, 0, 65])
        let shared = try self.key.sharedSecretFromKeyAgreement(
            with: P256.KeyAgreement.PublicKey(x963Representation: sender)
        )
        let secret = Self.mac(self.auth, shared.withUnsafeBytes { Array($0) })
        let info = Array("WebPush: info\0".utf8) + Array(self.key.publicKey.x963Representation) + sender
        let pseudorandom = Self.mac(Array(salt), Self.mac(secret, info + [1]))
        let content = Self.mac(pseudorandom, Array("Content-Encoding: aes128gcm\0\u{1}".utf8)).prefix(16)
        let nonce = Self.mac(pseudorandom, Array("Content-Encoding: nonce\0\u{1}".utf8)).prefix(12)
        let box = try AES.GCM.SealedBox(
            nonce: AES.GCM.Nonce(data: nonce),
            ciphertext: sealed[86..<(sealed.count - 16)],
            tag: sealed.suffix(16)
        )
        let plain = try Array(AES.GCM.open(box, using: SymmetricKey(data: content)))
        #expect(plain.last == 2)
        return plain.dropLast()
    }

    private static func mac(_ key: [UInt8], _ text: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: text, using: SymmetricKey(data: key)))
    }
}
