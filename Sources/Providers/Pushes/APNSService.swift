internal import Primitives

/// Apple's push service, by tokens (`POST /3/device/TOKEN`).
struct APNSService: PushService {
    /// A provider token holds for an hour, and may not be made anew within twenty minutes.
    static let tokenAgeMin: Duration = .seconds(20 * 60)
    static let tokenRenewedAt: Duration = .seconds(40 * 60)
    static let tokenAgeMax: Duration = .seconds(55 * 60)

    let endpoint: Endpoint
    let topic: String
    let key: SecretSource
    let secrets: SecretReader
    let keeper: BearerKeeper

    func request(
        for message: PushMessage,
        to address: PushAddress,
        at now: Timestamp
    ) async -> Result<OutgoingRequest, PushObstacle> {
        guard case .token(let token) = address.target else { return .failure(.refused("not the token of a device")) }
        guard (1...400).contains(token.utf8.count), token.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
            return .failure(.dead("not a device token: it has other than hexadecimal digits"))
        }
        let body = JSONBody.encode(APNSPayload.payload(message))
        guard body.count <= APNSPayload.bytesMax else {
            return .failure(.refused("the payload has \(body.count) bytes; \(APNSPayload.bytesMax) are allowed"))
        }
        let secret: String
        do throws(SecretFault) { secret = try self.secrets.text(of: self.key) } catch {
            return .failure(.secret(error))
        }
        switch await self.keeper.bearer(for: secret) {
        case .failure(let fault): return .failure(.bearer(fault))
        case .success(let bearer):
            let headers = [
                (name: "authorization", value: "bearer \(bearer)"), (name: "apns-topic", value: self.topic),
                (name: "apns-id", value: APNSPayload.id(of: message, to: token)),
            ]
            return .success(
                OutgoingRequest(
                    url: self.endpoint.url("/3/device/\(token)"),
                    headers: headers + APNSPayload.headers(message, at: now),
                    body: body
                )
            )
        }
    }

    func verdict(on answer: IncomingAnswer, to address: PushAddress) -> PushVerdict {
        guard answer.status != 200 else { return .accepted(id: answer.header("apns-id")) }
        let json = JSONBody.decode(answer.body)
        let code = json?["reason"]?.text ?? ""
        let reason = code.isEmpty ? String(answer.status) : "\(answer.status) \(code)"
        switch (answer.status, code) {
        case (410, _):
            // The device may have come back since the service found it gone.
            guard let gone = json?["timestamp"]?.integer, let registered = address.registeredAt,
                registered.rawValue > gone
            else { return .dead(reason) }
            return .failed("\(reason) before the device registered again", .ofOne)
        case (400, "BadDeviceToken"), (400, "DeviceTokenNotForTopic"): return .dead(reason)
        case (403, "ExpiredProviderToken"): return .failed(reason, .token)
        case (429, "TooManyProviderTokenUpdates"): return .failed(reason, .pause)
        // The limit is one device's, and not ours.
        case (429, _), (408, _), (425, _): return .failed(reason, .ofOne)
        case (500...599, _): return .failed(reason, .service)
        default: return .refused(reason)
        }
    }

    func tokenRefused(in request: OutgoingRequest) async {
        if let bearer = request.bearer { await self.keeper.drop(bearer, ageMin: Self.tokenAgeMin) }
    }

    /// A provider token for a key.
    static func bearer(
        secret: String,
        keyID: String,
        teamID: String,
        now: Timestamp
    ) async -> Result<Bearer, BearerFault> {
        do throws(SecretFault) {
            let key = try SignedToken.key(secret)
            let claims = TeamClaims(iss: teamID, iat: now.rawValue / 1000)
            return .success(
                Bearer(
                    text: try await SignedToken.es256(claims, key: key, keyID: keyID),
                    secret: secret,
                    madeAt: now,
                    renewAt: now + Self.tokenRenewedAt,
                    expiresAt: now + Self.tokenAgeMax
                )
            )
        } catch {
            return .failure(.secret(error))
        }
    }
}
