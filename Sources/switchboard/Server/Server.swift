import Accounts
import CLinux
import ColdStorage
import Disks
import Drivers
import Engine
import HTTPEdge
import Journaling
import Logging
import Messenger
import NIOCore
import NIOPosix
import Primitives
import Providers
import Sealing
import ServiceLifecycle
import Snapshots
import Telemetry
import UnixSignals
import WebSocketEdge

/// The whole server, wired: engine, accounts, messenger, the two edges, one port.
struct Server {
    let configuration: Configuration
    let engine: Engine
    let identities: Identities
    let drivers: Drivers
    let entry: WebSocketEntry
    let listener: Listener
    let certificates: Certificates?
    let logger: Logger
    let reload: Reload
    private let testClock: TestClock?
    private let group: MultiThreadedEventLoopGroup

    /// Recovers the data directory and wires everything; nothing is served yet.
    ///
    /// `load` reads the configuration again, for SIGHUP.
    init(
        _ configuration: Configuration,
        environment: [String: String],
        logger: Logger,
        load: @escaping Reload.Loader
    ) throws {
        self.configuration = configuration
        self.logger = logger
        _ = clinux_raise_open_files()
        let group = MultiThreadedEventLoopGroup(
            numberOfThreads: configuration.loops > 0 ? configuration.loops : System.coreCount
        )
        self.group = group
        let clock = try configuration.testClock.map { path in try TestClock(path: path) }
        self.testClock = clock
        if clock != nil { logger.warning("wall time comes from a file: this server is for tests") }
        let registry = MetricsRegistry(), metrics = EngineMetrics(registry)
        var settings = configuration.engine(time: clock ?? SystemTime(), keys: try configuration.keys())
        settings.disk = TimedDisk(settings.disk, syncs: metrics.journalSync)
        settings.metrics = metrics
        settings.onColdFailure = { error in
            logger.error("the cold store failed; what is in memory stays there", metadata: ["error": "\(error)"])
        }
        let engine = try Engine.open(settings, eventLoopGroup: group)
        self.engine = engine
        let operatorKey = try OperatorKey.load(directory: configuration.directory, environment: environment)
        var accounts = AccountConfiguration()
        accounts.sessionLifetime = Live(configuration.sessionLifetime)
        accounts.passwordThreads = configuration.passwordThreads
        let identities = Identities(
            engine: engine,
            operatorKey: operatorKey,
            configuration: accounts,
            metrics: AccountMetrics(registry)
        )
        self.identities = identities
        let messenger = Messenger(engine: engine, directory: identities.directory)
        let outside = Outside(
            time: settings.time,
            eventLoopGroup: group,
            secrets: SecretReader(time: settings.time),
            metrics: ProviderMetrics(registry)
        )
        let drivers = Drivers(engine: engine, outside: outside)
        self.drivers = drivers
        let certificates = try configuration.tlsCertificate.flatMap { certificate in
            try configuration.tlsKey.map { try Certificates(certificatePath: certificate, keyPath: $0) }
        }
        self.certificates = certificates
        let origins = Live(OriginPolicy(allowed: configuration.allowedOrigins))
        let entry = WebSocketEntry(
            environment: ClientEnvironment(
                engine: engine,
                verifier: identities.verifier,
                messenger: messenger,
                metrics: SessionMetrics(registry),
                version: Version.text
            ),
            route: certificates == nil ? .descriptor : .pipeline,
            admitsOrigin: { origin, host in origins.current.judge(origin: origin, host: host) != .foreign }
        )
        self.entry = entry
        EngineGauges.register(engine, metrics, registry)
        DataSizes.register(configuration.directory, in: registry)
        self.reload = Reload(
            load: load,
            engine: engine,
            verifier: identities.verifier,
            sessionLifetime: accounts.sessionLifetime,
            origins: origins,
            certificates: certificates,
            logger: logger
        )
        self.listener = Listener(
            configuration: Listener.Configuration(limits: settings.liveLimits, certificates: certificates),
            eventLoopGroup: group,
            responder: HTTPResponder(
                configuration: HTTPResponder.Configuration(
                    origins: origins,
                    isOnLoopback: configuration.listen.isLoopback
                ),
                services: Services(
                    engine: engine,
                    identities: identities,
                    messenger: messenger,
                    drivers: drivers,
                    publishRates: PublishRateTable(settings.liveLimits),
                    registry: registry,
                    version: Version.text
                ),
                logger: logger
            ),
            logger: logger,
            webSocket: { channel, bytes in entry.accept(channel, bytes) }
        )
    }

    /// Serves until SIGTERM or SIGINT.
    func run() async throws {
        self.identities.verifier.trust(try await self.configuration.jwt.verifier())
        self.testClock?.start(on: self.group.any())
        let logger = self.logger
        try await self.engine.start { error in
            // What was acknowledged is on disk; nothing more may be, until a restart reads the journal again.
            logger.critical("the journal failed, the server ends", metadata: ["error": "\(error)"])
            exitAfterFailure()
        }
        try await self.identities.start()
        try await self.drivers.start()
        self.entry.start()
        let address = try await self.listener.bind(
            host: self.configuration.listen.host,
            port: self.configuration.listen.port
        )
        let bound = Endpoint(host: address.ipAddress ?? self.configuration.listen.host, port: address.port ?? 0)
        try ServerAddress(endpoint: bound, isTLS: self.certificates != nil)
            .write(to: self.configuration.directory, disk: RealDisk())
        let mqtt = await self.openMQTT()
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: EngineService(engine: self.engine, outside: self.drivers.outside, logger: logger)),
                    .init(service: SessionsService(entry: self.entry)),
                    .init(service: self.listener),
                    .init(service: ReloadService(server: self, bound: bound, mqtt: mqtt)),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        try await group.run()
        logger.notice("the server has ended")
    }

    /// The MQTT port; nil, and a warning, where somebody else has it.
    private func openMQTT() async -> MQTTDoor? {
        do {
            return try await MQTTDoor.open(self.configuration.mqtt, on: self.group)
        } catch {
            let port = "\(self.configuration.mqtt)"
            self.logger.warning("the MQTT port is taken", metadata: ["mqtt": "\(port)", "error": "\(error)"])
            return nil
        }
    }

    /// The one line on standard output, and what an operator should know.
    func announce(_ bound: Endpoint, _ mqtt: Endpoint?) {
        let recovery = self.engine.recovery
        for (snapshot, error) in recovery.damagedSnapshots {
            logger.warning("a snapshot was passed over", metadata: ["file": "\(snapshot.file)", "error": "\(error)"])
        }
        if let torn = recovery.journal.tornTail {
            logger.notice("the journal's torn tail was cut", metadata: ["position": "\(torn.position)"])
        }
        if self.engine.isOnHold { logger.warning("this is a restored copy on hold until `switchboard release`") }
        ReadyLine(http: bound.description, mqtt: mqtt?.description, recovery: recovery).write()
    }
}

extension Configuration {
    /// Which foreign tokens are trusted.
    var jwt: JWTSettings { JWTSettings(hs256Key: self.jwtHS256Key, jwks: self.jwks) }

    func engine(time: any TimeSource, keys: KeyRing) -> EngineConfiguration {
        var engine = EngineConfiguration(
            directory: self.directory,
            disk: RealDisk(),
            limits: self.limits,
            time: time,
            journal: JournalConfiguration(segmentBytes: self.journalSegmentBytes)
        )
        engine.journal.archives = self.snapshots.retained > .zero
        engine.shardCount = self.shards
        engine.keys = keys
        engine.snapshots.renew(self.snapshots)
        engine.hot.renew(self.hot)
        engine.offloadInterval = self.offloadInterval
        engine.openColdStore = { [directory = self.directory] () throws(ColdStoreError) in
            try SQLiteColdStore(dataDirectory: directory, keys: keys)
        }
        return engine
    }
}
