internal import Primitives

/// A token that lets us in at a service, made from a secret.
struct Bearer: Equatable, Sendable {
    let text: String
    /// What it was made from: another secret makes another token.
    let secret: String
    let madeAt: Timestamp
    /// From here on a new one is made, while this one still serves.
    let renewAt: Timestamp
    let expiresAt: Timestamp
}

/// Why there is no token.
enum BearerFault: Error, Equatable, Sendable {
    case secret(SecretFault)
    /// The token service does not take what we are.
    case refused(String)
    /// The token service cannot be asked.
    case failed(String)

    var reason: String {
        switch self {
        case .secret(let fault): fault.description
        case .refused(let reason): "token refused: \(reason)"
        case .failed(let reason): "no token: \(reason)"
        }
    }
}

/// When a token is made: one at a time, early enough, and not again and again while it cannot be made.
///
/// A value without a clock; whoever is told to renew reports by `renewed` or `failed`.
struct BearerState: Equatable, Sendable {
    /// What one who needs a token is to do.
    enum Action: Equatable, Sendable {
        case use(String)
        /// Use this one, and make the next meanwhile.
        case useAndRenew(String)
        case renew
        /// Somebody makes one: ask again afterwards.
        case wait
        case fail(BearerFault)
    }

    private struct Trouble: Equatable {
        var fault: BearerFault
        var secret: String
        var until: Timestamp
    }

    private var bearer: Bearer?
    private var trouble: Trouble?
    private var isRenewing = false
    private var failureCount = 0

    mutating func ask(for secret: String, at now: Timestamp) -> Action {
        let fault = self.fault(of: secret, at: now)
        // A token from the future is of a clock that was put back.
        if let bearer, bearer.secret == secret, bearer.madeAt <= now, now < bearer.expiresAt {
            guard bearer.renewAt <= now, !self.isRenewing, fault == nil else { return .use(bearer.text) }
            self.isRenewing = true
            return .useAndRenew(bearer.text)
        }
        if self.isRenewing { return .wait }
        if let fault { return .fail(fault) }
        self.isRenewing = true
        return .renew
    }

    mutating func renewed(_ bearer: Bearer) {
        precondition(self.isRenewing, "a token is made when asked for")
        self.isRenewing = false
        self.bearer = bearer
        self.trouble = nil
        self.failureCount = 0
    }

    mutating func failed(_ fault: BearerFault, of secret: String, at now: Timestamp, backoff: Backoff) {
        precondition(self.isRenewing, "a token is made when asked for")
        self.isRenewing = false
        self.failureCount += 1
        let until = now + backoff.delay(after: self.failureCount, seed: UInt64(self.failureCount))
        self.trouble = Trouble(fault: fault, secret: secret, until: until)
    }

    /// The service does not take this token; one that is younger than `ageMin` is kept all the same.
    mutating func drop(_ text: String, at now: Timestamp, ageMin: Duration) {
        guard let bearer, bearer.text == text, bearer.madeAt + ageMin <= now else { return }
        self.bearer = nil
    }

    private func fault(of secret: String, at now: Timestamp) -> BearerFault? {
        guard let trouble, trouble.secret == secret, now < trouble.until else { return nil }
        return trouble.fault
    }
}
