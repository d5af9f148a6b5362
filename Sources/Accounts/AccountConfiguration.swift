package import Primitives

/// What an operator may set about accounts, with its default.
package struct AccountConfiguration: Sendable {
    /// How long the token of a login is valid.
    package var sessionLifetime = Live(Duration.seconds(30 * 24 * 3600))
    package var passwordCost: PasswordHash.Cost = .standard
    package var passwordThreads = 2
    /// Hashes that wait; at 45 ms each on two threads the last one waits six seconds.
    package var passwordQueueMax = 256
    package var nameThrottle: ThrottlePolicy = .name
    package var addressThrottle: ThrottlePolicy = .address
    /// How often expired tokens are deleted.
    package var expiryInterval: Duration = .seconds(3600)

    package init() {}
}
