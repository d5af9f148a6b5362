package import Policies
internal import Primitives

/// Reading the document `senders`.
extension Sender {
    /// All senders by name; the first fault is thrown with its place.
    package static func senders(_ node: ConfigurationNode) throws(ConfigurationFault) -> [String: Sender] {
        let document = try node.object()
        guard document.count <= Self.sendersMax else { throw node.fault(.tooManyElements(max: Self.sendersMax)) }
        var senders: [String: Sender] = [:]
        for (name, member) in document.members {
            guard PathName.isName(name) else {
                throw member.fault("must have a name of 1 to 64 of A-Z a-z 0-9 . _ -")
            }
            senders[name] = try Sender(name: name, member)
        }
        return senders
    }

    private init(name: String, _ node: ConfigurationNode) throws(ConfigurationFault) {
        let object = try node.object()
        let kind = try object.required("kind").word(of: SenderKind.self) { $0.rawValue }
        let known = Self.members(of: kind)
        for (name, member) in object.members where !known.contains(name) { throw member.fault(.unknownMember) }
        self.name = name
        self.kind = kind
        self.endpoint = try Self.endpoint(object, kind)
        self.timeout = try object.optional("timeout").milliseconds(10...30_000, else: kind.takesPushes ? 10_000 : 5000)
        let attempts = try object.optional("attempts")?.integer(in: 1...20) ?? 3
        // A push is tried once, whatever the document says of attempts (D10).
        self.attempts = kind.takesPushes ? 1 : Int(attempts)
        self.backoff = try Backoff(object.optional("backoff"))
        self.circuit = try Circuit.Settings(object.optional("circuit"))
        self.inFlightMax = Int(try object.optional("inFlight")?.integer(in: 1...256) ?? (kind.takesPushes ? 64 : 16))
        self.credentials = try Credentials(object, kind)
        self.headers = try SenderText.headers(object.optional("headers"))
        self.events = try Self.events(object.optional("events"))
        self.every =
            kind.isPeriodic ? try object.optional("every").milliseconds(1000...86_400_000, else: 60_000) : nil
    }

    private static func members(of kind: SenderKind) -> Set<String> {
        let common: Set = ["kind", "timeout", "attempts", "backoff", "circuit", "inFlight"]
        let generic = common.union(["url", "authorization", "headers"])
        switch kind {
        case .webhook: return generic.union(["events"])
        case .push, .support: return generic
        case .scenarios, .profiles, .metrics: return generic.union(["every"])
        case .fcm: return common.union(["url", "project", "account", "tokenURL"])
        case .apns: return common.union(["url", "key", "keyID", "teamID", "topic"])
        case .webpush: return common.union(["key", "subject", "hosts"])
        }
    }

    /// The address given, or the real service's.
    private static func endpoint(
        _ object: ConfigurationObject,
        _ kind: SenderKind
    ) throws(ConfigurationFault) -> Endpoint? {
        switch kind {
        case .webpush: nil
        case .fcm: try object.optional("url")?.endpoint() ?? Endpoint("https://fcm.googleapis.com")
        case .apns: try object.optional("url")?.endpoint() ?? Endpoint("https://api.push.apple.com")
        case .webhook, .push, .support, .scenarios, .profiles, .metrics: try object.required("url").endpoint()
        }
    }

    private static func events(_ node: ConfigurationNode?) throws(ConfigurationFault) -> Set<String>? {
        guard let node else { return nil }
        var events: Set<String> = []
        for element in try node.list(countMax: 32) { events.insert(try element.string(bytes: 1...64)) }
        return events
    }
}

extension Credentials {
    fileprivate init(_ object: ConfigurationObject, _ kind: SenderKind) throws(ConfigurationFault) {
        switch kind {
        case .fcm:
            self = .fcm(
                project: try object.required("project").name(),
                account: try SecretSource(object.required("account")),
                tokenURL: try object.optional("tokenURL")?.endpoint()
            )
        case .apns:
            self = .apns(
                key: try SecretSource(object.required("key")),
                keyID: try object.required("keyID").name(),
                teamID: try object.required("teamID").name(),
                topic: try object.required("topic").name()
            )
        case .webpush:
            self = .webpush(
                key: try SecretSource(object.required("key")),
                subject: try object.required("subject").subject(),
                hosts: try object.optional("hosts")?.hosts() ?? WebPushService.knownHosts
            )
        case .webhook, .push, .support, .scenarios, .profiles, .metrics:
            let secret = try object.optional("authorization").map { (node) throws(ConfigurationFault) in
                try SecretSource(node)
            }
            self = secret.map { .bearer($0) } ?? .none
        }
    }
}

extension Backoff {
    /// `{"first":MS,"max":MS,"jitter":0.2}`.
    fileprivate init(_ node: ConfigurationNode?) throws(ConfigurationFault) {
        let object = try node?.object(allowing: "first", "max", "jitter")
        let first = try object?.optional("first")?.integer(in: 1...60_000) ?? 200
        let max = try object?.optional("max")?.integer(in: first...3_600_000) ?? Swift.max(first, 10_000)
        let jitter = try object?.optional("jitter")?.number(in: 0...1) ?? 0.2
        self.init(first: .milliseconds(first), max: .milliseconds(max), jitter: jitter)
    }
}

extension Circuit.Settings {
    /// `{"failures":5,"openFor":MS}`.
    fileprivate init(_ node: ConfigurationNode?) throws(ConfigurationFault) {
        let object = try node?.object(allowing: "failures", "openFor")
        let failures = try object?.optional("failures")?.integer(in: 1...1000) ?? 5
        let openFor = try object.flatMap { $0.optional("openFor") }.milliseconds(10...3_600_000, else: 30_000)
        self.init(failuresMax: Int(failures), openFor: openFor)
    }
}

extension ConfigurationNode? {
    fileprivate func milliseconds(
        _ range: ClosedRange<Int64>,
        else usual: Int64
    ) throws(ConfigurationFault) -> Duration {
        .milliseconds(try self?.integer(in: range) ?? usual)
    }
}
