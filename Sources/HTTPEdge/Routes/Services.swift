package import Accounts
package import Drivers
package import Engine
package import Messenger
package import Telemetry

/// What the routes call; its extensions are the routes.
package struct Services: Sendable {
    package let engine: Engine
    package let identities: Identities
    package let messenger: Messenger
    package let drivers: Drivers
    package let publishRates: PublishRateTable
    package let registry: MetricsRegistry
    /// This program's version.
    package let version: String

    package init(
        engine: Engine,
        identities: Identities,
        messenger: Messenger,
        drivers: Drivers,
        publishRates: PublishRateTable,
        registry: MetricsRegistry,
        version: String
    ) {
        self.engine = engine
        self.identities = identities
        self.messenger = messenger
        self.drivers = drivers
        self.publishRates = publishRates
        self.registry = registry
        self.version = version
    }

    /// Every route of this server.
    package static let routes: [Route] =
        Self.pageRoutes + Self.healthRoutes + Self.accountRoutes + Self.userRoutes + Self.messageRoutes
        + Self.groupRoutes + Self.channelRoutes + Self.chatRoutes + Self.operatorRoutes
        + Self.driverRoutes + Self.pushRoutes + Self.supportRoutes + Self.feedRoutes + Self.driverStatsRoutes
        + Self.configurationRoutes + Self.senderRoutes
        + Self.consoleRoutes + Self.overviewRoutes + Self.mailboxRoutes + Self.sessionRoutes + Self.taskRoutes
}

// Every module has errors of its own; routes know problems only.

/// Runs a call to the accounts.
func accounts<Value>(_ body: () async throws(AccountError) -> Value) async throws(Problem) -> Value {
    do throws(AccountError) { return try await body() } catch { throw Problem(error) }
}

/// Runs a call to the messenger.
func messaging<Value>(_ body: () async throws(MessengerError) -> Value) async throws(Problem) -> Value {
    do throws(MessengerError) { return try await body() } catch { throw Problem(error) }
}

/// Runs a call to the engine.
func engine<Value>(_ body: () async throws(EngineError) -> Value) async throws(Problem) -> Value {
    do throws(EngineError) { return try await body() } catch { throw Problem(error) }
}
