/// What an outside service is to this server.
package enum SenderKind: String, CaseIterable, Sendable {
    /// Told of events by JSON.
    case webhook
    case fcm, apns, webpush
    /// A gateway of the operator's own that takes pushes as JSON.
    case push
    case support, scenarios, profiles, metrics

    /// Whether it takes pushes: one attempt each, by `Outside.push`.
    package var takesPushes: Bool {
        switch self {
        case .fcm, .apns, .webpush, .push: true
        case .webhook, .support, .scenarios, .profiles, .metrics: false
        }
    }

    /// Whether it is asked again and again, each `every`.
    package var isPeriodic: Bool {
        switch self {
        case .scenarios, .profiles, .metrics: true
        case .webhook, .fcm, .apns, .webpush, .push, .support: false
        }
    }
}
