internal import NIOCore
internal import NIOSSL

/// Where the run's connections go, and whether they speak TLS.
struct Endpoint: Sendable {
    let address: SocketAddress
    private let tls: TLS?

    private struct TLS: Sendable {
        let context: NIOSSLContext
        /// Nil for an address: the certificate must name that.
        let hostname: String?
    }

    /// Whom a connection believes that it is the server.
    enum Trust: Equatable, Sendable {
        /// What the system believes.
        case system
        /// Certificates in this PEM file.
        case authority(path: String)
        /// Anybody.
        case anyone
    }

    init(_ server: ServerAddress, allowsRemote: Bool, trusting trust: Trust) throws(BenchError) {
        self.address = try server.resolved(allowsRemote: allowsRemote)
        guard server.isSecure else {
            self.tls = nil
            return
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.applicationProtocols = ["http/1.1"]
        switch trust {
        case .system: break
        case .authority(let path): configuration.trustRoots = .file(path)
        case .anyone: configuration.certificateVerification = .none
        }
        do {
            let isAddress = (try? SocketAddress(ipAddress: server.host, port: 0)) != nil
            self.tls = TLS(
                context: try NIOSSLContext(configuration: configuration),
                hostname: isAddress ? nil : server.host
            )
        } catch {
            throw .badTrust("\(error)")
        }
    }

    /// Adds what stands between a new connection's socket and its handlers; nothing without TLS.
    func prepare(_ channel: any Channel) throws {
        guard let tls = self.tls else { return }
        let handler = try NIOSSLClientHandler(context: tls.context, serverHostname: tls.hostname)
        try channel.pipeline.syncOperations.addHandler(handler)
    }
}
