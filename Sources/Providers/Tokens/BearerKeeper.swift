internal import Primitives

/// Keeps one token, and has it made anew: however many need it, one request is under way.
actor BearerKeeper {
    /// Makes a token from a secret.
    typealias Maker = @Sendable (_ secret: String) async -> Result<Bearer, BearerFault>

    private let time: any TimeSource
    private let backoff: Backoff
    private let make: Maker
    private var state = BearerState()
    private var renewal: Task<Void, Never>?

    init(time: any TimeSource, backoff: Backoff, make: @escaping Maker) {
        self.time = time
        self.backoff = backoff
        self.make = make
    }

    /// The token that a secret stands for.
    func bearer(for secret: String) async -> Result<String, BearerFault> {
        // Who waited for a token of another secret has to have one made all the same.
        for _ in 0..<3 {
            switch self.state.ask(for: secret, at: self.time.now()) {
            case .use(let text): return .success(text)
            case .useAndRenew(let text):
                self.startRenewal(of: secret)
                return .success(text)
            case .renew:
                self.startRenewal(of: secret)
                await self.renewal?.value
            case .wait: await self.renewal?.value
            case .fail(let fault): return .failure(fault)
            }
        }
        return .failure(.failed("the secret changes all the time"))
    }

    /// The service does not take this token.
    func drop(_ text: String, ageMin: Duration) { self.state.drop(text, at: self.time.now(), ageMin: ageMin) }

    /// A task of its own: whoever asked first may give up, and the others still wait.
    private func startRenewal(of secret: String) {
        self.renewal = Task {
            switch await self.make(secret) {
            case .success(let bearer): self.state.renewed(bearer)
            case .failure(let fault):
                self.state.failed(fault, of: secret, at: self.time.now(), backoff: self.backoff)
            }
        }
    }
}
