internal import Crypto
internal import Primitives

/// How pushes are said to one kind of service, and how its answers are read.
protocol PushService: Sendable {
    /// Whose troubles a push to this address shares: all of the sender's, unless there are many services behind it.
    func peer(of address: PushAddress) -> String

    /// The one request of a push.
    func request(
        for message: PushMessage,
        to address: PushAddress,
        at now: Timestamp
    ) async -> Result<OutgoingRequest, PushObstacle>

    func verdict(on answer: IncomingAnswer, to address: PushAddress) -> PushVerdict

    /// The service did not take the token of this request.
    func tokenRefused(in request: OutgoingRequest) async
}

extension PushService {
    func peer(of _: PushAddress) -> String { "" }

    func tokenRefused(in _: OutgoingRequest) async {}
}

/// Why no request was made.
enum PushObstacle: Error, Equatable, Sendable {
    case dead(String)
    case refused(String)
    case secret(SecretFault)
    case bearer(BearerFault)
}

extension OutgoingRequest {
    /// The word after the scheme in `authorization`.
    var bearer: String? {
        self.headers.first { $0.name == "authorization" }?.value.split(separator: " ").last.map(String.init)
    }
}

extension PushMessage {
    /// The id where only so many bytes of ASCII may stand; another one is told by its digest.
    func key(bytesMax: Int) -> String {
        guard (1...bytesMax).contains(self.id.utf8.count), self.id.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return self.digest }
        return self.id
    }

    /// A name for the id of 32 letters of base64url.
    var digest: String { Base64URL.encode(SHA256.hash(data: Array(self.id.utf8)).prefix(24)) }
}
