package import NIOCore

extension SocketAddress {
    /// Whether only this machine can reach it.
    package var isLoopback: Bool {
        switch self {
        case .v4: self.ipAddress?.hasPrefix("127.") ?? false
        case .v6: self.ipAddress == "::1"
        case .unixDomainSocket: true
        }
    }

    /// `HOST:PORT` as people write it, an IPv6 address in brackets.
    package var hostAndPort: String {
        switch self {
        case .v4: "\(self.ipAddress ?? ""):\(self.port ?? 0)"
        case .v6: "[\(self.ipAddress ?? "")]:\(self.port ?? 0)"
        case .unixDomainSocket: self.pathname ?? ""
        }
    }
}
