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
    let address: SocketAddress
    let url: String
    let loop: any EventLoop

    /// Opens the client's socket; `failed` is told when there is none.
    func open(_ client: Client, failed: @escaping (BenchError) -> Void) {
        let bound = NIOLoopBound(client, eventLoop: self.loop)
        let (url, kind) = (self.url, client.socket)
        var bootstrap = ClientBootstrap(group: self.loop)
        if kind == .narrow {
            bootstrap =
                bootstrap
                .channelOption(.socketOption(.so_rcvbuf), value: Self.narrowBytes)
                .channelOption(.tcpOption(NIOBSDSocket.Option(rawValue: TCP_MAXSEG)), value: Self.ethernetSegment)
        }
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
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .connect(to: self.address)
            .assumeIsolated()
            .whenFailure { error in failed(.unreachable(address: url, reason: error.reason)) }
    }

    private static let narrowBytes: SocketOptionValue = 8 << 10
    private static let ethernetSegment: SocketOptionValue = 1448
}
