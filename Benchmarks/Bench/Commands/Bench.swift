internal import NIOCore
internal import NIOPosix

/// What a case works with; on the run's event loop.
final class Bench {
    let server: ServerAddress
    let address: SocketAddress
    let loop: any EventLoop
    let provisioner: Provisioner
    let memory: ServerMemory
    let options: CommonOptions
    let progress = Progress()

    init(options: CommonOptions, group: MultiThreadedEventLoopGroup, loop: any EventLoop) throws(BenchError) {
        self.options = options
        self.server = try ServerAddress(url: options.url)
        self.address = try self.server.resolved(allowsRemote: options.allowRemote)
        self.loop = loop
        let caller = HTTPCaller(server: self.server, address: self.address, group: group)
        self.provisioner = Provisioner(caller: caller)
        self.memory = ServerMemory(caller: caller, processID: options.serverPid)
    }

    /// Registers users, and shows how far that is.
    func users(_ count: Int) async throws(BenchError) -> [BenchUser] {
        self.progress.begin("registering", of: Double(count), unit: "users")
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

    func crew(_ clients: [Client]) -> Crew {
        Crew(clients: clients, address: self.address, url: self.server.url, loop: self.loop)
    }
}
