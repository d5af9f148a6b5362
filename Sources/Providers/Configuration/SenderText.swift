internal import Policies

/// The texts of the document `senders` that stand in addresses and headers.
enum SenderText {
    /// Headers that are the client's own business, or a secret's.
    private static let taken: Set = [
        "authorization", "connection", "content-length", "content-type", "host", "transfer-encoding",
    ]

    /// Up to 16 headers; no text of them can end a header early.
    static func headers(_ node: ConfigurationNode?) throws(ConfigurationFault) -> [String: String] {
        guard let node else { return [:] }
        let object = try node.object()
        guard object.count <= 16 else { throw node.fault(.tooManyElements(max: 16)) }
        var headers: [String: String] = [:]
        for (name, member) in object.members {
            guard PathName.isName(name), !Self.taken.contains(name.lowercased()) else {
                throw member.fault("is not a header that may be set here")
            }
            headers[name] = try member.line(bytes: 0...1024)
        }
        return headers
    }
}

extension ConfigurationNode {
    /// An address of a service.
    func endpoint() throws(ConfigurationFault) -> Endpoint {
        guard let endpoint = Endpoint(try self.string(bytes: 1...Endpoint.bytesMax)) else {
            throw self.fault("must be an http or https address without user and fragment")
        }
        return endpoint
    }

    /// A text of one line of ASCII.
    func line(bytes: ClosedRange<Int>) throws(ConfigurationFault) -> String {
        let text = try self.string(bytes: bytes)
        guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw self.fault("must be one line of ASCII")
        }
        return text
    }

    /// A name that another service gave: of a project, a key, a team, a topic.
    func name() throws(ConfigurationFault) -> String {
        let text = try self.line(bytes: 1...255)
        guard !text.contains(where: { " /?#%".contains($0) }) else {
            throw self.fault("must have none of / ? # % and space")
        }
        return text
    }

    /// Whom a push service may write to (RFC 8292, section 2.1).
    func subject() throws(ConfigurationFault) -> String {
        let text = try self.line(bytes: 1...255)
        guard text.hasPrefix("mailto:") || text.hasPrefix("https:") else {
            throw self.fault("must begin with mailto: or https:")
        }
        return text
    }

    /// Up to 64 hosts of push services.
    func hosts() throws(ConfigurationFault) -> [String] {
        var hosts: [String] = []
        for node in try self.list(countMax: 64) {
            let host = try node.string(bytes: 1...253)
            guard Endpoint("https://\(host)")?.host == host else { throw node.fault("must be a host in lower case") }
            hosts.append(host)
        }
        return hosts
    }
}
