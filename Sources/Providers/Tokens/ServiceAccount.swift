internal import NIOCore
internal import Primitives

/// A service account as its JSON file describes it, and its exchange for an access token (RFC 7523).
struct ServiceAccount: Decodable, Equatable, Sendable {
    static let scope = "https://www.googleapis.com/auth/firebase.messaging"
    /// How long an assertion holds; the longest that is taken.
    private static let assertionLife: Int64 = 3600

    let clientEmail: String
    let privateKey: String
    let privateKeyID: String?
    let tokenURI: String?

    private enum CodingKeys: String, CodingKey {
        case clientEmail = "client_email"
        case privateKey = "private_key"
        case privateKeyID = "private_key_id"
        case tokenURI = "token_uri"
    }

    init(secret: String) throws(SecretFault) {
        guard let account = JSONBody.decode(Self.self, secret) else {
            throw .unfit("is not the JSON of a service account")
        }
        self = account
    }

    /// The request for an access token, at the address given or at the account's own.
    func request(at address: Endpoint?, now: Timestamp) async throws(SecretFault) -> OutgoingRequest {
        guard let address = address ?? self.tokenURI.flatMap({ Endpoint($0) }) else {
            throw .unfit("names no address for tokens")
        }
        let url = address.url(), seconds = now.rawValue / 1000
        let claims = AssertionClaims(
            iss: self.clientEmail,
            scope: Self.scope,
            aud: url,
            iat: seconds,
            exp: seconds + Self.assertionLife
        )
        let assertion = try await SignedToken.rs256(claims, pem: self.privateKey, keyID: self.privateKeyID)
        let grant = Percent.encode("urn:ietf:params:oauth:grant-type:jwt-bearer")
        return OutgoingRequest(
            url: url,
            headers: [("content-type", "application/x-www-form-urlencoded")],
            body: Array("grant_type=\(grant)&assertion=\(assertion)".utf8)
        )
    }

    /// The token in an answer; it is renewed when a tenth of its life is left, or five minutes.
    static func bearer(in answer: IncomingAnswer, secret: String, now: Timestamp) -> Result<Bearer, BearerFault> {
        switch Verdict(status: answer.status) {
        case .refused: return .failure(.refused(answer.reason))
        case .throttled(let reason), .busy(let reason), .failed(let reason): return .failure(.failed(reason))
        case .answered: break
        }
        let json = JSONBody.decode(answer.body)
        guard let text = json?["access_token"]?.text, Self.isHeaderText(text) else {
            return .failure(.refused("the answer has no access_token"))
        }
        let seconds = min(86_400, max(1, json?["expires_in"]?.integer ?? 3600))
        return .success(
            Bearer(
                text: text,
                secret: secret,
                madeAt: now,
                renewAt: now + .seconds(seconds - min(300, seconds / 10)),
                expiresAt: now + .seconds(seconds)
            )
        )
    }

    private static func isHeaderText(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
