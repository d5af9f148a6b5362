package import Engine

/// Why accounts refuse.
///
/// Closed: the HTTP edge maps each case to a problem.
package enum AccountError: Error, Equatable, Sendable {
    /// 409.
    case usernameTaken
    /// 400.
    case badUsername(UsernameFault)
    /// 400.
    case weakPassword(PasswordFault)
    /// 400.
    case badDisplayName(DisplayNameFault)
    /// 401, after the same time whether or not the name exists.
    case wrongCredentials
    /// 429 with `Retry-After`.
    case throttled(retryAfter: Duration)
    /// Too many passwords wait for their hash: 503 with `Retry-After`.
    case busy
    /// 400: not 1–128 characters, or control characters.
    case badKeyName
    /// 400: no scope, or one that does not exist.
    case badScopes([String])
    /// 400: only users, drivers and devices have session tokens.
    case badSubject(String)
    /// 400: not 1 s to 10 years.
    case badLifetime
    /// 404.
    case notFound
    /// 422: the idempotency key was used with another content.
    case keyReused
    case engine(EngineError)
}
