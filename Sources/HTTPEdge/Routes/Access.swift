package import Accounts

/// Who may call a route.
package enum Access: Equatable, Sendable {
    /// Everyone; what credentials come along is not looked at.
    case open
    /// Everyone while the server listens on loopback, else a key with this scope.
    case openOnLoopback(elseKey: Scope)
    /// A user, driver or device that signed in; a key has no conversations of its own.
    case subject
    /// A subject that signed in, or a key with this scope.
    case subjectOrKey(Scope)
    /// A key with this scope.
    case key(Scope)

    /// Whether this caller may; the operator's key does whatever a key can do.
    package func admits(_ identity: Identity) -> Bool {
        switch self {
        case .open: true
        case .subject: identity.subject != nil
        case .subjectOrKey(let scope): identity.subject != nil || identity.allows(scope)
        case .openOnLoopback(let scope), .key(let scope): identity.allows(scope)
        }
    }

    /// What a caller is told who may not.
    var refusal: String {
        switch self {
        case .open: "This may not be done."
        case .subject: "This needs the session of a user; a service key has no conversations of its own."
        case .openOnLoopback(let scope), .key(let scope): "This needs a service key with the scope \(scope.rawValue)."
        case .subjectOrKey(let scope): "This needs a session, or a service key with the scope \(scope.rawValue)."
        }
    }
}
