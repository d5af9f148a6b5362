/// Which web pages may call: those of this server, and those of the configuration.
///
/// A request without `Origin` comes from no page and is let through.
package struct OriginPolicy: Equatable, Sendable {
    /// What the policy says of one request.
    package enum Verdict: Equatable, Sendable {
        /// From no page, or from one of this server.
        case own
        /// From a page of another origin that is allowed; answers name the origin (CORS).
        case allowed(origin: String)
        case foreign
    }

    private let allowsAny: Bool
    private let allowed: Set<String>

    /// Origins such as `https://chat.example.org`; `*` allows every one.
    package init(allowed: some Sequence<String>) {
        self.allowed = Set(allowed.map { $0.lowercased() })
        self.allowsAny = self.allowed.contains("*")
    }

    /// Judges the values of the headers `Origin` and `Host`.
    ///
    /// The scheme is not compared: behind a proxy that ends TLS the server does not know its own.
    package func judge(origin: String?, host: String?) -> Verdict {
        guard let origin else { return .own }
        let lowercased = origin.lowercased()
        if let host, Self.isSame(lowercased, host.lowercased()) { return .own }
        if self.allowsAny || self.allowed.contains(lowercased) { return .allowed(origin: origin) }
        return .foreign
    }

    /// A browser leaves the scheme's own port out of both headers; other clients may not.
    private static func isSame(_ origin: String, _ host: String) -> Bool {
        for (scheme, port) in [("http://", ":80"), ("https://", ":443")] where origin.hasPrefix(scheme) {
            let authority = origin.dropFirst(scheme.utf8.count)
            return !authority.isEmpty && Self.without(port, authority) == Self.without(port, host[...])
        }
        // `null`, or what is no origin of the web.
        return false
    }

    private static func without(_ port: String, _ authority: Substring) -> Substring {
        authority.hasSuffix(port) ? authority.dropLast(port.utf8.count) : authority
    }
}
