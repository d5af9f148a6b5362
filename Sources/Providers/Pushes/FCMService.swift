internal import Primitives

/// Firebase Cloud Messaging, HTTP v1.
struct FCMService: PushService {
    let endpoint: Endpoint
    let project: String
    let account: SecretSource
    let secrets: SecretReader
    let keeper: BearerKeeper

    func request(
        for message: PushMessage,
        to address: PushAddress,
        at now: Timestamp
    ) async -> Result<OutgoingRequest, PushObstacle> {
        guard case .token(let token) = address.target else { return .failure(.refused("not the token of a device")) }
        let secret: String
        do throws(SecretFault) { secret = try self.secrets.text(of: self.account) } catch {
            return .failure(.secret(error))
        }
        switch await self.keeper.bearer(for: secret) {
        case .failure(let fault): return .failure(.bearer(fault))
        case .success(let bearer):
            return .success(
                OutgoingRequest(
                    url: self.endpoint.url("/v1/projects/\(self.project)/messages:send"),
                    headers: [("authorization", "Bearer \(bearer)"), ("content-type", "application/json")],
                    body: JSONBody.encode(.object(["message": Self.message(message, token, at: now)]))
                )
            )
        }
    }

    func verdict(on answer: IncomingAnswer, to _: PushAddress) -> PushVerdict {
        let json = JSONBody.decode(answer.body)
        guard answer.status != 200 else { return .accepted(id: json?["name"]?.text) }
        let error = json?["error"]
        let code = error?["details"]?.elements.lazy.compactMap { $0["errorCode"]?.text }.first
        let reason = [String(answer.status), code ?? error?["status"]?.text, error?["message"]?.text]
            .compactMap { $0 }.joined(separator: " ")
        // A 404 of another kind is a wrong address of ours, and says nothing of the device.
        switch (answer.status, code) {
        case (404, "UNREGISTERED"), (403, "SENDER_ID_MISMATCH"): return .dead(reason)
        case (401, "THIRD_PARTY_AUTH_ERROR"): return .refused(reason)
        case (401, _): return .failed(reason, .token)
        case (429, _): return .failed(reason, .pause)
        case (408, _), (425, _): return .failed(reason, .ofOne)
        case (500...599, _): return .failed(reason, .service)
        default: return .refused(reason)
        }
    }

    func tokenRefused(in request: OutgoingRequest) async {
        if let bearer = request.bearer { await self.keeper.drop(bearer, ageMin: .seconds(10)) }
    }

    /// The members of `message`; a retraction shows nothing, it only tells the app.
    ///
    /// The id is the tag of what is shown, by which a later push replaces it. It is no `collapse_key`: only four of
    /// them are kept for a device that is away.
    private static func message(_ message: PushMessage, _ token: String, at now: Timestamp) -> JSONValue {
        var data = message.data
        data["id"] = message.id
        if message.isRetraction {
            data["retract"] = "true"
            if let badge = message.badge { data["badge"] = String(badge) }
        }
        var members: [String: JSONValue] = [
            "token": .string(token), "data": .texts(data), "android": Self.android(message, at: now),
            "apns": APNSPayload.forwarded(message, at: now), "webpush": Self.webpush(message, at: now),
        ]
        if !message.isRetraction {
            members["notification"] = .texts(["title": message.title, "body": message.body])
        }
        return .object(members)
    }

    private static func android(_ message: PushMessage, at now: Timestamp) -> JSONValue {
        var android: [String: JSONValue] = ["priority": .string(message.urgency == .high ? "HIGH" : "NORMAL")]
        if let seconds = message.secondsToLive(at: now) { android["ttl"] = .string("\(seconds)s") }
        if !message.isRetraction {
            var notification: [String: JSONValue] = ["tag": .string(message.id)]
            if let badge = message.badge { notification["notification_count"] = .integer(Int64(badge)) }
            android["notification"] = .object(notification)
        }
        return .object(android)
    }

    private static func webpush(_ message: PushMessage, at now: Timestamp) -> JSONValue {
        var headers = ["Urgency": message.urgency.rawValue, "Topic": message.digest]
        if let seconds = message.secondsToLive(at: now) { headers["TTL"] = String(seconds) }
        var webpush: [String: JSONValue] = ["headers": .texts(headers)]
        if !message.isRetraction { webpush["notification"] = .texts(["tag": message.id]) }
        return .object(webpush)
    }
}
