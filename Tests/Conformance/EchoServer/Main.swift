private import NIOCore
private import NIOPosix

#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif

/// `EchoServer [--port N] [--forgetful]`: sends every message back, for conformance suites.
///
/// Forgetful, it keeps clients from referring to earlier messages when they compress, as the server does by default.
@main
enum Main {
    static func main() throws {
        let arguments = CommandLine.arguments
        let port = arguments.firstIndex(of: "--port").flatMap {
            $0 + 1 < arguments.count ? Int(arguments[$0 + 1]) : nil
        }
        let allowsClientContext = !arguments.contains("--forgetful")
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server = try ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(HeadReader(allowsClientContext: allowsClientContext))
                }
            }
            .bind(host: "127.0.0.1", port: port ?? 0)
            .wait()
        print("listening on \(server.localAddress?.port ?? 0)")
        fflush(nil)
        try server.closeFuture.wait()
    }
}
