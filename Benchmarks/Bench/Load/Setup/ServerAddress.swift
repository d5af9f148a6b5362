internal import NIOCore

/// Where the server under test listens.
package struct ServerAddress: Equatable, Sendable {
    package let host: String
    package let port: Int
    /// Whether TLS is spoken there.
    package let isSecure: Bool

    /// What stands in `Host`.
    package var authority: String {
        self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
    }

    package var url: String { "\(self.isSecure ? "https" : "http")://\(self.authority)" }

    /// Reads `http://HOST[:PORT]` or `https://HOST[:PORT]`, with `ws` for `http` and a last slash allowed.
    package init(url: String) throws(BenchError) {
        let parts = url.split(separator: "://", maxSplits: 1)
        guard parts.count == 2, ["http", "ws", "https", "wss"].contains(parts[0]) else { throw .badURL(url) }
        self.isSecure = ["https", "wss"].contains(parts[0])
        let usualPort = self.isSecure ? 443 : 80
        let authority = parts[1].hasSuffix("/") ? parts[1].dropLast() : parts[1]
        guard !authority.isEmpty, !authority.contains(where: { "/?#@ ".contains($0) }) else { throw .badURL(url) }
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { throw .badURL(url) }
            self.host = String(authority[authority.index(after: authority.startIndex)..<end])
            self.port = try Self.port(authority[authority.index(after: end)...], url) ?? usualPort
        } else {
            let end = authority.firstIndex(of: ":") ?? authority.endIndex
            self.host = String(authority[..<end])
            self.port = try Self.port(authority[end...], url) ?? usualPort
        }
        guard !self.host.isEmpty else { throw .badURL(url) }
    }

    private static func port(_ text: Substring, _ url: String) throws(BenchError) -> Int? {
        guard !text.isEmpty else { return nil }
        guard text.hasPrefix(":"), let port = UInt16(text.dropFirst()), port > 0 else { throw .badURL(url) }
        return Int(port)
    }

    /// Finds the address; another machine's only when that was allowed.
    func resolved(allowsRemote: Bool) throws(BenchError) -> SocketAddress {
        let address: SocketAddress
        do {
            address = try SocketAddress.makeAddressResolvingHost(self.host, port: self.port)
        } catch {
            throw .unreachable(address: self.url, reason: "the name is not known")
        }
        guard allowsRemote || address.isLoopback else { throw .notLoopback(self.host) }
        return address
    }
}

extension SocketAddress {
    /// Whether this machine alone is behind the address.
    var isLoopback: Bool {
        guard let text = self.ipAddress else { return false }
        return text.hasPrefix("127.") || text == "::1"
    }
}
