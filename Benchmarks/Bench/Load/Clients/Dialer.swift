internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
private import Glibc
#else
private import Darwin
#endif

/// How a connection's socket is set before it connects.
enum SocketKind: Sendable {
    case plain
    /// Closing it resets it: no port is kept for a minute, and the server sees a client that vanishes.
    case resetting
    /// A small window and segments as on Ethernet, so that a server meets a reader that stops after some ten kilobytes
    /// and not after the megabytes that loopback takes.
    case narrow
}

/// Opens connections to the server, on the run's event loop.
struct Dialer {
    let endpoint: Endpoint
    let url: String
    let loop: any EventLoop

    /// Opens the client's socket; `failed` is told when there is none.
    func open(_ client: Client, failed: @escaping (BenchError) -> Void) {
        let bound = NIOLoopBound(client, eventLoop: self.loop)
        let (url, kind, endpoint) = (self.url, client.socket, self.endpoint)
        var bootstrap = ClientBootstrap(group: self.loop)
        if kind == .narrow {
            bootstrap =
                bootstrap
                .channelOption(.socketOption(.so_rcvbuf), value: Self.narrowBytes)
                .channelOption(.tcpOption(NIOBSDSocket.Option(rawValue: TCP_MAXSEG)), value: Self.ethernetSegment)
        }
        if let source = self.source(client) { bootstrap = bootstrap.bind(to: source) }
        bootstrap
            .connectTimeout(.seconds(10))
            .channelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 2048, maximum: 65536)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if kind == .resetting, let options = channel as? any SocketOptionProvider {
                        _ = options.setSoLinger(linger(l_onoff: 1, l_linger: 0))
                    }
                    try endpoint.prepare(channel)
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .connect(to: endpoint.address)
            .assumeIsolated()
            .whenFailure { error in failed(.unreachable(address: url, reason: error.reason)) }
    }

    /// Another address of this machine for each eight thousand connections to it; nil for the usual one.
    ///
    /// One address has 28,000 ports for one server, and the kernel's search for a free one grows long beyond half of
    /// them: what was measured then would be the search.
    private func source(_ client: Client) -> SocketAddress? {
        #if os(Linux)
        guard client.index >= Self.portsMax, self.endpoint.address.ipAddress == "127.0.0.1" else { return nil }
        return try? SocketAddress(ipAddress: "127.0.0.\(1 + client.index / Self.portsMax)", port: 0)
        #else
        return nil
        #endif
    }

    private static let portsMax = 8000
    private static let narrowBytes: SocketOptionValue = 8 << 10
    private static let ethernetSegment: SocketOptionValue = 1448
}
