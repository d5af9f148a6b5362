private import JWTKit
package import Primitives

/// Why the configured keys for JWTs are of no use.
package enum JWTConfigurationError: Error, Equatable, Sendable {
    case emptyKey
    /// It is no JSON, or no key set (RFC 7517).
    case invalidKeySet
    /// There is no RSA or P-256 key with a public part in it.
    case noUsableKey
}

/// Checks JWTs of outside identity systems: HS256 by a shared key, RS256 and ES256 by a key set.
///
/// The algorithm of a token only chooses between the shared key and the key set; a key never verifies another
/// algorithm than its own.
package struct JWTVerifier: Sendable {
    /// A shared key that is shorter can be guessed from one token: worth a warning (RFC 7518, 3.2).
    package static let sharedKeyBytesAdvised = 32

    /// How far an issuer's clock may be ahead.
    private static let skewMilliseconds: Int64 = 5000

    private let shared: JWTKeyCollection?
    private let keySet: JWTKeyCollection?

    /// A verifier of what is configured; with neither it refuses everything.
    ///
    /// `hs256Key` is the shared key as text, `jwks` the text of a key set (RFC 7517).
    package init(hs256Key: String?, jwks: String?) async throws(JWTConfigurationError) {
        if let hs256Key {
            guard !hs256Key.isEmpty else { throw .emptyKey }
            // The library wants 32 bytes or more. HMAC itself fills a key up to 64 bytes with zeros (RFC 2104), so that
            // a shorter one that an operator already has gives the same codes.
            let bytes = Array(hs256Key.utf8)
            let filled = bytes + [UInt8](repeating: 0, count: max(0, 64 - bytes.count))
            self.shared = await JWTKeyCollection().add(hmac: HMACKey(from: filled), digestAlgorithm: .sha256)
        } else {
            self.shared = nil
        }
        if let jwks {
            self.keySet = try await Self.keySet(jwks)
        } else {
            self.keySet = nil
        }
    }

    /// Whether a bearer token has the shape of a JWT.
    package static func isJWT(_ bearer: String) -> Bool { bearer.utf8.count { $0 == UInt8(ascii: ".") } == 2 }

    /// Whom a JWT stands for at a time; its `sub` is a user's id or the address of a user, driver or device.
    package func authenticate(
        _ token: String,
        at now: Timestamp
    ) async -> Result<SubjectIdentity, AuthenticationFailure> {
        guard let keys = self.keys(for: token), let claims = try? await keys.verify(token, as: Claims.self),
            let address = Self.address(claims.sub)
        else { return .failure(.invalid) }
        let expiresAt = claims.exp.map { Self.timestamp($0) }
        if let expiresAt, expiresAt <= now { return .failure(.expired) }
        if let start = claims.nbf, Self.timestamp(start).rawValue > now.rawValue + Self.skewMilliseconds {
            return .failure(.invalid)
        }
        let digest = Digest256(of: token)
        return .success(SubjectIdentity(address: address, tokenDigest: digest, expiresAt: expiresAt, roles: []))
    }

    private func keys(for token: String) -> JWTKeyCollection? {
        guard let bytes = token.split(separator: ".").first.flatMap({ TextCodes.decodeBase64URL(String($0)) }),
            let header = DocumentJSON.decode(Header.self, from: bytes)
        else { return nil }
        switch header.alg {
        case "HS256": return self.shared
        case "RS256", "ES256": return self.keySet
        default: return nil
        }
    }

    private static func keySet(_ text: String) async throws(JWTConfigurationError) -> JWTKeyCollection {
        guard let set = DocumentJSON.decode(KeySet.self, from: Array(text.utf8)) else { throw .invalidKeySet }
        let keys = JWTKeyCollection()
        var isUsable = false
        for (index, fields) in set.keys.enumerated() {
            var fields = fields
            // A set of one key often has no name for it.
            fields["kid"] = fields["kid"] ?? .string("#\(index)")
            let json = String(decoding: DocumentJSON.encode(fields), as: UTF8.self)
            // Keys of kinds that this server does not use may stand in the same set.
            guard let key = try? JWK(json: json), Self.isOurs(fields), (try? await keys.add(jwk: key)) != nil
            else { continue }
            isUsable = true
        }
        guard isUsable else { throw .noUsableKey }
        return keys
    }

    private static func isOurs(_ fields: [String: JSONValue]) -> Bool {
        if let use = fields["use"], use != .string("sig") { return false }
        switch (fields["kty"], fields["alg"], fields["crv"]) {
        case (.string("RSA"), nil, _), (.string("RSA"), .string("RS256"), _): return true
        case (.string("EC"), nil, .string("P-256")), (.string("EC"), .string("ES256"), .string("P-256")): return true
        default: return false
        }
    }

    private static func address(_ subject: String) -> Address? {
        if Address.isID(subject), !subject.contains("~") { return Address(kind: .user, id: subject) }
        guard let address = Address(subject), SubjectKind.contains(address) else { return nil }
        return address
    }

    private static func timestamp(_ seconds: Double) -> Timestamp {
        Timestamp(rawValue: Int64(exactly: (seconds * 1000).rounded()) ?? (seconds < 0 ? 0 : Int64.max))
    }
}

private struct Header: Decodable {
    var alg: String
}

private struct KeySet: Decodable {
    var keys: [[String: JSONValue]]
}

/// Times are checked against the server's clock, not by the library against the machine's.
private struct Claims: JWTPayload {
    var sub: String
    var exp: Double?
    var nbf: Double?

    func verify(using algorithm: some JWTAlgorithm) async throws {}
}
