internal import Crypto
internal import JWTKit

/// JSON Web Tokens that we sign, and the keys for them.
enum SignedToken {
    /// Signs with a P-256 key (ES256).
    static func es256(
        _ claims: some JWTPayload,
        key: P256.Signing.PrivateKey,
        keyID: String? = nil
    ) async throws(SecretFault) -> String {
        do {
            let keys = JWTKeyCollection()
            await keys.add(ecdsa: try ES256PrivateKey(backing: key))
            return try await keys.sign(claims, header: Self.header(keyID))
        } catch {
            throw .unfit("cannot sign")
        }
    }

    /// Signs with an RSA key in PEM (RS256).
    static func rs256(_ claims: some JWTPayload, pem: String, keyID: String?) async throws(SecretFault) -> String {
        do {
            let keys = JWTKeyCollection()
            await keys.add(rsa: try Insecure.RSA.PrivateKey(pem: pem), digestAlgorithm: .sha256)
            return try await keys.sign(claims, header: Self.header(keyID))
        } catch {
            throw .unfit("has no RSA key of 2048 bits or more in PEM")
        }
    }

    /// A P-256 key in PEM (as a .p8 file has it), or its 32 bytes as base64url.
    static func key(_ secret: String) throws(SecretFault) -> P256.Signing.PrivateKey {
        if let key = try? P256.Signing.PrivateKey(pemRepresentation: secret) { return key }
        if let bytes = Base64URL.decode(secret), let key = try? P256.Signing.PrivateKey(rawRepresentation: bytes) {
            return key
        }
        throw .unfit("is not a P-256 private key, neither PEM nor base64url")
    }

    /// Not by the parameter `kid` of the library: there it chooses among keys that have one.
    private static func header(_ keyID: String?) -> JWTHeader {
        var header = JWTHeader()
        if let keyID { header.fields["kid"] = .string(keyID) }
        return header
    }
}

/// What a service account says to get an access token (RFC 7523, section 3).
struct AssertionClaims: JWTPayload {
    var iss: String
    var scope: String
    var aud: String
    var iat: Int64
    var exp: Int64

    func verify(using _: some JWTAlgorithm) async throws {}
}

/// What a developer team says to APNs.
struct TeamClaims: JWTPayload {
    var iss: String
    var iat: Int64

    func verify(using _: some JWTAlgorithm) async throws {}
}

/// What an application server says to a push service (RFC 8292, section 2).
struct ServerClaims: JWTPayload {
    var aud: String
    var exp: Int64
    var sub: String

    func verify(using _: some JWTAlgorithm) async throws {}
}
