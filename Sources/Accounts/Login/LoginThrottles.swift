internal import Primitives

/// The two throttles of logins, asked and told together.
struct LoginThrottles: Sendable {
    /// One attempt's keys; hashed with this process's seed, so that nobody can aim at a collision.
    struct Attempt: Sendable {
        let name: Int
        let address: Int

        init(foldedName: String, networkAddress: String) {
            self.name = foldedName.hashValue
            self.address = networkAddress.hashValue
        }
    }

    private var names: LoginThrottle
    private var addresses: LoginThrottle

    init(_ configuration: AccountConfiguration) {
        self.names = LoginThrottle(configuration.nameThrottle)
        self.addresses = LoginThrottle(configuration.addressThrottle)
    }

    mutating func attempt(_ attempt: Attempt, at now: Timestamp) -> LoginThrottle.Verdict {
        let byAddress = self.addresses.attempt(attempt.address, at: now)
        guard byAddress == .admit else { return byAddress }
        let byName = self.names.attempt(attempt.name, at: now)
        if byName != .admit { self.addresses.abandoned(attempt.address, at: now) }
        return byName
    }

    mutating func failed(_ attempt: Attempt, at now: Timestamp) {
        self.names.failed(attempt.name, at: now)
        self.addresses.failed(attempt.address, at: now)
    }

    /// A right password clears the name; an address keeps its count, or its owner could clear it with an own account.
    mutating func succeeded(_ attempt: Attempt, at now: Timestamp) {
        self.names.succeeded(attempt.name, at: now, forgetting: true)
        self.addresses.succeeded(attempt.address, at: now, forgetting: false)
    }

    mutating func abandoned(_ attempt: Attempt, at now: Timestamp) {
        self.names.abandoned(attempt.name, at: now)
        self.addresses.abandoned(attempt.address, at: now)
    }
}
