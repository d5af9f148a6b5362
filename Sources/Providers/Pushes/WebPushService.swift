internal import Crypto
internal import Primitives

/// The push services of browsers (RFC 8030); each subscription names its own.
struct WebPushService: PushService {
    /// How long a message without an end is kept: the longest that services take.
    static let secondsToLiveMax: Int64 = 2_419_200

    /// The push services of the browsers that people use.
    ///
    /// An endpoint comes from anybody: only what is named may be written to.
    static let knownHosts = [
        "fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com",
    ]

    let key: SecretSource
    /// The only hosts that are written to, with what is below them.
    let hosts: [String]
    let secrets: SecretReader
    let tokens: ServerTokens

    /// Each service has its own troubles, and an address that a browser gave must not stop the others.
    func peer(of address: PushAddress) -> String { (try? self.endpoint(of: address))?.origin ?? "" }

    func request(
        for message: PushMessage,
        to address: PushAddress,
        at now: Timestamp
    ) async -> Result<OutgoingRequest, PushObstacle> {
        do throws(PushObstacle) {
            let endpoint = try self.endpoint(of: address)
            let body = try Self.body(message, address)
            let token = try await self.token(for: endpoint, at: now)
            let seconds = message.secondsToLive(at: now, max: Self.secondsToLiveMax) ?? Self.secondsToLiveMax
            return .success(
                OutgoingRequest(
                    url: endpoint.url(),
                    headers: [
                        ("authorization", "vapid t=\(token.text), k=\(token.publicKey)"),
                        ("content-encoding", "aes128gcm"), ("content-type", "application/octet-stream"),
                        ("ttl", String(seconds)), ("urgency", message.urgency.rawValue), ("topic", message.digest),
                    ],
                    body: body
                )
            )
        } catch {
            return .failure(error)
        }
    }

    func verdict(on answer: IncomingAnswer, to _: PushAddress) -> PushVerdict {
        let reason = answer.reason
        return switch answer.status {
        case 200...299: .accepted(id: answer.header("location"))
        case 404, 410: .dead(reason)
        case 429: .failed(reason, .pause)
        case 408, 425: .failed(reason, .ofOne)
        case 500...599: .failed(reason, .service)
        default: .refused(reason)
        }
    }

    /// The address of a subscription: https, or http on this machine, at a host of the document.
    private func endpoint(of address: PushAddress) throws(PushObstacle) -> Endpoint {
        guard case .subscription(let subscription) = address.target else { throw .refused("not a subscription") }
        guard let endpoint = Endpoint(subscription.endpoint), endpoint.isSecure || endpoint.isLoopback else {
            throw .dead("the subscription names no https address")
        }
        guard self.hosts.contains(where: { endpoint.host == $0 || endpoint.host.hasSuffix("." + $0) }) else {
            throw .refused("the subscription's host is not among those allowed")
        }
        return endpoint
    }

    private func token(for endpoint: Endpoint, at now: Timestamp) async throws(PushObstacle) -> ServerTokens.Token {
        do throws(SecretFault) {
            return try await self.tokens.token(for: endpoint.origin, secret: self.secrets.text(of: self.key), at: now)
        } catch {
            throw .secret(error)
        }
    }

    private static func body(_ message: PushMessage, _ address: PushAddress) throws(PushObstacle) -> [UInt8] {
        guard case .subscription(let subscription) = address.target,
            let recipient = WebPushCipher.Recipient(subscription)
        else { throw .dead("the subscription's keys are none") }
        let plain = JSONBody.encode(Self.payload(message))
        guard plain.count <= WebPushCipher.plainBytesMax else {
            throw .refused("the payload has \(plain.count) bytes; \(WebPushCipher.plainBytesMax) are allowed")
        }
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        guard let body = try? WebPushCipher.seal(plain, for: recipient, key: P256.KeyAgreement.PrivateKey(), salt: salt)
        else { throw .dead("the subscription's keys are none") }
        return body
    }

    /// What the page's worker finds in the push.
    private static func payload(_ message: PushMessage) -> JSONValue {
        var members = message.marks
        if let badge = message.badge { members["badge"] = .integer(Int64(badge)) }
        if !message.data.isEmpty { members["data"] = .texts(message.data) }
        if !message.isRetraction {
            members["title"] = .string(message.title)
            members["body"] = .string(message.body)
        }
        return .object(members)
    }
}
