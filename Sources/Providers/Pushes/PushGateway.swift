internal import Primitives

/// A gateway of the operator's own: pushes as JSON, for any service that has no kind of its own here.
struct PushGateway: PushService {
    let endpoint: Endpoint
    let headers: [String: String]
    let authorization: SecretSource?
    let secrets: SecretReader

    func request(
        for message: PushMessage,
        to address: PushAddress,
        at _: Timestamp
    ) async -> Result<OutgoingRequest, PushObstacle> {
        let key = message.key(bytesMax: 128)
        var headers = self.headers.map { (name: $0.key, value: $0.value) }
        headers.append((name: "content-type", value: "application/json"))
        headers.append((name: "idempotency-key", value: message.isRetraction ? "\(key)/retract" : key))
        if let authorization {
            do throws(SecretFault) {
                headers.append((name: "authorization", value: "Bearer \(try self.secrets.line(of: authorization))"))
            } catch {
                return .failure(.secret(error))
            }
        }
        let body = JSONBody.encode(Self.payload(message, address))
        return .success(OutgoingRequest(url: self.endpoint.url(), headers: headers, body: body))
    }

    func verdict(on answer: IncomingAnswer, to _: PushAddress) -> PushVerdict {
        let reason = answer.reason
        return switch answer.status {
        case 200...299: .accepted(id: JSONBody.decode(answer.body)?["id"]?.text)
        case 404, 410: .dead(reason)
        case 429: .failed(reason, .pause)
        case 408, 425: .failed(reason, .ofOne)
        case 500...599: .failed(reason, .service)
        default: .refused(reason)
        }
    }

    private static func payload(_ message: PushMessage, _ address: PushAddress) -> JSONValue {
        var members = message.marks
        switch address.target {
        case .token(let token): members["to"] = .texts(["token": token])
        case .subscription(let subscription):
            members["to"] = .texts([
                "endpoint": subscription.endpoint, "p256dh": subscription.p256dh, "auth": subscription.auth,
            ])
        }
        members["urgency"] = .string(message.urgency.rawValue)
        if !message.isRetraction {
            members["title"] = .string(message.title)
            members["body"] = .string(message.body)
        }
        if let badge = message.badge { members["badge"] = .integer(Int64(badge)) }
        if !message.data.isEmpty { members["data"] = .texts(message.data) }
        if let expiresAt = message.expiresAt { members["expiresAt"] = .integer(expiresAt.rawValue) }
        return .object(members)
    }
}
