/// The base address of a service: `http` or `https`, a host, and where its paths begin.
package struct Endpoint: Equatable, Sendable {
    package static let bytesMax = 2048

    package let isSecure: Bool
    /// In lower case; an IPv6 address keeps its brackets.
    package let host: String
    package let port: Int?
    /// As it was given, or empty.
    package let path: String
    package let query: String?

    /// Reads an address; nil for anything else, and for one with a user or a fragment.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.bytesMax, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x5C }),
            let scheme = ["https://", "http://"].first(where: { text.lowercased().hasPrefix($0) }), !text.contains("#")
        else { return nil }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard let (host, port) = Self.split(authority) else { return nil }
        let target = rest.dropFirst(authority.count)
        let path = target.prefix { $0 != "?" }
        self.isSecure = scheme == "https://"
        self.host = host
        self.port = port
        self.path = String(path)
        self.query = path.count < target.count ? String(target.dropFirst(path.count + 1)) : nil
    }

    /// Scheme, host and port, as in RFC 6454: without a port that is the scheme's own.
    package var origin: String {
        let usual = self.isSecure ? 443 : 80
        let port = self.port.flatMap { $0 == usual ? nil : ":\($0)" } ?? ""
        return "\(self.isSecure ? "https" : "http")://\(self.host)\(port)"
    }

    /// What an operator may see: a query may hold a key.
    package var shown: String { self.origin + self.path }

    /// Whether the host is this machine by its name or number.
    package var isLoopback: Bool {
        if self.host == "localhost" || self.host == "[::1]" { return true }
        let parts = self.host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return parts.count == 4 && parts.allSatisfy { $0 != nil } && parts[0] == 127
    }

    /// The address of something below this one, or without a path this one itself.
    package func url(_ path: String = "", query items: [(name: String, value: String)] = []) -> String {
        let base = path.isEmpty || !self.path.hasSuffix("/") ? self.path : String(self.path.dropLast())
        let below = path.isEmpty || path.hasPrefix("/") ? path : "/" + path
        let all =
            (self.query.map { [$0] } ?? []) + items.map { "\(Percent.encode($0.name))=\(Percent.encode($0.value))" }
        let whole = self.origin + base + Percent.encode(below, keeping: "/%:@!$&'()*+,;=")
        return all.isEmpty ? whole : "\(whole)?\(all.joined(separator: "&"))"
    }

    private static func split(_ authority: Substring) -> (host: String, port: Int?)? {
        let host: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[...end]
        } else {
            host = authority.prefix { $0 != ":" }
        }
        let isNamed = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ":"): host.hasPrefix("[")
            default: false
            }
        }
        guard !host.isEmpty, isNamed else { return nil }
        let rest = authority.dropFirst(host.count)
        guard !rest.isEmpty else { return (host.lowercased(), nil) }
        guard rest.hasPrefix(":"), let port = UInt16(rest.dropFirst()), port > 0 else { return nil }
        return (host.lowercased(), Int(port))
    }
}

/// RFC 3986, section 2.1.
enum Percent {
    /// A text in which every byte is unreserved, kept, or escaped.
    static func encode(_ text: String, keeping kept: String = "") -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            case _ where kept.utf8.contains(byte): bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), Self.digits[Int(byte >> 4)], Self.digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)
}
