/// One outside service, as the document `senders` describes it (DRIVERS "senders").
package struct Sender: Equatable, Sendable {
    /// Senders in one document.
    package static let sendersMax = 64

    package let name: String
    package let kind: SenderKind
    /// Its base address; nil for `webpush`, where each subscription names its own.
    package let endpoint: Endpoint?
    /// The time of one attempt.
    package let timeout: Duration
    /// Attempts within one call; always one for pushes.
    package let attempts: Int
    package let backoff: Backoff
    package let circuit: Circuit.Settings
    /// Attempts that may run at the same time.
    package let inFlightMax: Int
    /// How it is told who we are.
    package let credentials: Credentials
    /// Headers that go with every request of a generic kind.
    package let headers: [String: String]
    /// The events that a webhook is told of; nil for all.
    package let events: Set<String>?
    /// The time between two visits to a service that is asked again and again.
    package let every: Duration?

    /// Whether a webhook is told of an event.
    package func takes(event: String) -> Bool { self.events?.contains(event) ?? true }
}

/// What a sender shows to be let in; secrets are named, never held.
package enum Credentials: Equatable, Sendable {
    case none
    /// `Authorization: Bearer ...`.
    case bearer(SecretSource)
    /// A service account that is exchanged for an access token at `tokenURL`, or at the address that it names itself.
    case fcm(project: String, account: SecretSource, tokenURL: Endpoint?)
    /// Tokens signed with the key of a developer team.
    case apns(key: SecretSource, keyID: String, teamID: String, topic: String)
    /// Tokens signed with the application server's key (RFC 8292), to the hosts named and no others.
    case webpush(key: SecretSource, subject: String, hosts: [String])

    /// The secret that is needed, if any.
    package var secret: SecretSource? {
        switch self {
        case .none: nil
        case .bearer(let secret), .fcm(_, let secret, _), .apns(let secret, _, _, _), .webpush(let secret, _, _): secret
        }
    }
}
