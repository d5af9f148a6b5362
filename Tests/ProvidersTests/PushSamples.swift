import Crypto
import JWTKit
import Primitives
import Testing

@testable import Providers

/// The pushes that all kinds of services are tried with.
enum Pushes {
    static let message = PushMessage(
        id: "m1",
        title: "Hello",
        body: "There",
        badge: 3,
        data: ["chat": "c1"],
        expiresAt: start + .seconds(60),
        urgency: .high
    )
    /// Takes `message` back.
    static let retraction = PushMessage(id: "m1", badge: 2, isRetraction: true)
}

/// Tokens as their receivers check them.
enum Tokens {
    /// The claims of a token that this key has signed.
    static func claims<Claims: JWTPayload>(
        _ token: String,
        _: Claims.Type,
        _ key: P256.Signing.PublicKey
    ) async throws -> Claims {
        let keys = JWTKeyCollection()
        await keys.add(ecdsa: try ES256PublicKey(backing: key))
        return try await keys.verify(token, as: Claims.self)
    }

    /// The header of a token.
    static func header(_ token: String) throws -> JSONValue {
        try json(try #require(Base64URL.decode(String(token.prefix { $0 != "." }))))
    }
}
