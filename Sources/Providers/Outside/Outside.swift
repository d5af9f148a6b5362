internal import AsyncHTTPClient
package import NIOCore
package import Primitives
private import Synchronization

/// The way out of this server: all requests to other services go through here.
///
/// Each sender has a time-out, a circuit, pauses that it asks for, and a bound on requests under way. A call is
/// repeated a few times within 40 seconds; a push is tried once. What cannot be done now is told at once, with the time
/// to come again: nothing waits in here, and nothing is kept.
///
/// `shutDown` must be called before it goes away.
package final class Outside: Sendable {
    /// The longest that one call takes, whatever its sender's document says.
    package static let callTimeMax: Duration = .seconds(38)
    /// The longest that a push waits for the request of an access token.
    static let tokenTimeMax: Duration = .seconds(8)
    /// An address that does not answer is given up before a request's own time is over.
    private static let connectTime: TimeAmount = .seconds(5)

    let time: any TimeSource
    let exchange: Exchange
    let secrets: SecretReader
    private let metrics: ProviderMetrics
    private let ways = Mutex<[String: Way]>([:])

    package init(
        time: any TimeSource,
        eventLoopGroup: any EventLoopGroup,
        secrets: SecretReader,
        metrics: ProviderMetrics
    ) {
        self.time = time
        self.secrets = secrets
        self.metrics = metrics
        var settings = HTTPClient.Configuration(redirectConfiguration: .disallow)
        settings.timeout.connect = Self.connectTime
        settings.connectionPool.idleTimeout = .seconds(30)
        // Gates bound what is under way; the pool must not queue behind them.
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        // What is tried again is decided here alone.
        settings.connectionPool.retryConnectionEstablishment = false
        self.exchange = Exchange(client: HTTPClient(eventLoopGroup: eventLoopGroup, configuration: settings))
    }

    /// What is served now.
    package var senders: [String: Sender] { self.ways.withLock { $0.mapValues(\.sender) } }

    /// All senders as an operator sees them, by name.
    package var states: [SenderState] {
        let now = self.time.now()
        return self.ways.withLock { $0.values.sorted { $0.sender.name < $1.sender.name } }.map { way in
            way.look(secretFault: self.secretFault(of: way.sender), at: now)
        }
    }

    /// Puts a new document into effect; senders that it leaves as they were keep what is known of them.
    package func renew(_ senders: [String: Sender]) {
        let retired = self.ways.withLock { ways in
            let old = ways
            ways = senders.mapValues { sender in
                if let way = old[sender.name], way.sender == sender { return way }
                return Way(sender, pushes: self.pushService(of: sender), metrics: self.metrics)
            }
            return old.values.filter { ways[$0.sender.name] !== $0 }
        }
        for way in retired { way.retire() }
    }

    /// Ends what is under way, and closes all connections; later calls fail.
    package func shutDown() async {
        // It fails only when it is done twice.
        try? await self.exchange.client.shutdown()
    }

    func way(_ name: String) -> Way? { self.ways.withLock { $0[name] } }

    private func secretFault(of sender: Sender) -> String? {
        guard let source = sender.credentials.secret else { return nil }
        do throws(SecretFault) {
            _ = try self.secrets.text(of: source)
            return nil
        } catch {
            return error.description
        }
    }
}
