internal import NIOCore
internal import NIOPosix

/// What a case works with; on the run's event loop.
final class Bench {
    let server: ServerAddress
    let endpoint: Endpoint
    let loop: any EventLoop
    let provisioner: Provisioner
    let memory: ServerMemory
    let options: CommonOptions
    let progress = Progress()

    init(options: CommonOptions, group: MultiThreadedEventLoopGroup, loop: any EventLoop) throws(BenchError) {
        self.options = options
        self.server = try ServerAddress(url: options.url)
        self.endpoint = try Endpoint(self.server, allowsRemote: options.allowRemote, trusting: options.trust)
        self.loop = loop
        let caller = HTTPCaller(server: self.server, endpoint: self.endpoint, group: group)
        self.provisioner = Provisioner(
            caller: caller,
            operatorKey: options.operatorKey ?? EnvironmentVariable.operatorKey
        )
        self.memory = ServerMemory(caller: caller, processID: options.serverPid)
    }

    /// Registers users, and shows how far that is.
    func users(_ count: Int) async throws(BenchError) -> [BenchUser] {
        self.progress.begin(
            self.provisioner.operatorKey == nil ? "registering" : "issuing tokens to",
            of: Double(count),
            unit: "users"
        )
        let users = try await self.provisioner.users(count) { self.progress.show(Double($0)) }
        self.progress.end()
        return users
    }

    /// What the connections have in common.
    func profile(channels: [String]) -> ClientProfile {
        ClientProfile(
            server: self.server,
            encoding: self.options.encoding,
            isCompressing: self.options.compress,
            channels: channels
        )
    }

    /// Opens single connections.
    var dialer: Dialer { Dialer(endpoint: self.endpoint, url: self.server.url, loop: self.loop) }

    func crew(_ clients: [Client]) -> Crew { Crew(clients: clients, dialer: self.dialer) }

    /// Waits with a bar of how much has passed; the seconds that did.
    @discardableResult
    func wait(
        _ seconds: Double,
        _ what: String,
        until isOver: () -> Bool = { false },
        look: (Double) async -> Void = { _ in }
    ) async -> Double {
        guard seconds > 0 else { return 0 }
        self.progress.begin(what, of: seconds, unit: "s")
        defer { self.progress.end() }
        return await Wait.upTo(seconds, isOver) { passed in
            self.progress.show(passed)
            await look(passed)
        }
    }
}
