import Engine
import Logging
import Primitives
import Sealing

/// Everything an operator can decide; made of defaults, the file, variables and options, each over the one before.
struct Configuration: Sendable {
    var data: String? = "./data"
    var listen = Endpoint(host: "127.0.0.1", port: 8080)
    var mqtt = Endpoint(host: "127.0.0.1", port: 1883)
    var mqttTLS: String?
    var tlsCertificate: String?
    var tlsKey: String?
    var jwtHS256Key: String?
    var jwks: String?
    var testClock: String?
    var allowedOrigins: [String] = []
    var logLevel = Logger.Level.info
    var limits = Limits()
    /// 0 takes one per core.
    var loops = 0
    var shards = 256
    var journalSegmentBytes = 64 << 20
    var snapshots = SnapshotPolicy()
    var hot = HotPolicy()
    var offloadInterval: Duration = .seconds(5)
    var sessionLifetime: Duration = .seconds(30 * 24 * 3600)
    var passwordThreads = 2
    /// Never shown, but by its id.
    var encryptionKey: SealingKey?
    var encryptionKeyFile: String?

    /// The data directory.
    var directory: String { self.data ?? "./data" }
}

extension Configuration {
    /// All settings, in the order in which they are documented.
    static let settings: [Setting] = [
        .text("data", \.data, "The data directory."),
        .endpoint("listen", \.listen, "Where HTTP and WebSocket are served; port 0 takes a free one."),
        .endpoint("mqtt", \.mqtt, "Where devices knock; this version answers MQTT by \"unavailable\"."),
        .text("mqttTls", \.mqttTLS, "Where MQTT over TLS will be served; this version has no MQTT yet."),
        .text("tlsCertificate", \.tlsCertificate, "PEM file of the certificate chain: HTTPS and wss on the same port."),
        .text("tlsKey", \.tlsKey, "PEM file of the certificate's key."),
        .text("jwtHs256Key", \.jwtHS256Key, isSecret: true, "Key of JWTs that are trusted (HS256)."),
        .text("jwks", \.jwks, "JSON Web Key Set of JWTs that are trusted (RS256, ES256): the text, or a file's path."),
        .text("testClock", \.testClock, "File with the wall time in ms; for tests, on loopback only."),
        Self.originsSetting,
        Self.logLevelSetting,
        .count(
            "publishRate",
            \.limits.publishesPerSecond,
            in: 0...10_000_000,
            "Publishes per second of a session; 0: no limit."
        ),
        .count("publishBurst", \.limits.publishBurst, in: 1...10_000_000, "Publishes at once after a pause."),
        .count("bodyBytesMax", \.limits.bodyBytesMax, in: 1...(8 << 20), "Bytes of a message's body."),
        .count(
            "messageBytesMax",
            \.limits.webSocketMessageBytesMax,
            in: 1024...(16 << 20),
            "Bytes of a WebSocket message, envelope included."
        ),
        .count(
            "inflateFactorMax",
            \.limits.inflateFactorMax,
            in: 1...1000,
            "What a message may inflate to, as a multiple."
        ),
        .count("outboxBytesMax", \.limits.outboxBytesMax, in: 4096...(1 << 30), "Bytes that wait for one socket."),
        .count(
            "lagBytes",
            \.limits.lagBytes,
            in: 1024...(1 << 30),
            "Bytes that wait for one socket before its session is fed from the log."
        ),
        .count(
            "lagCountMax",
            \.limits.lagCountMax,
            in: 1...1_000_000_000,
            "Messages that a session may lag behind in a mailbox."
        ),
        .span("lagTime", \.limits.lagTime, "How long a session may be fed without catching up."),
        .count("groupMembersMax", \.limits.groupMembersMax, in: 1...100_000, "Members of a group."),
        .count(
            "channelSubscribersMax",
            \.limits.channelSubscribersMax,
            in: 1...10_000_000,
            "Subscribers of a channel."
        ),
        .count("subscriptionsMax", \.limits.subscriptionsMax, in: 1...1_000_000, "Channels one session subscribes to."),
        .count(
            "outstandingCommandsMax",
            \.limits.outstandingCommandsMax,
            in: 1...1_000_000,
            "Commands of a session that wait for answers."
        ),
        .count(
            "connectionsPerAddressMax",
            \.limits.connectionsPerAddressMax,
            in: 0...1_000_000,
            "Connections from one network address; 0: no limit."
        ),
        .count("recoveryCountMax", \.limits.recoveryCountMax, in: 1...1_000_000, "Publications of one recovery."),
        .count("recoveryBytesMax", \.limits.recoveryBytesMax, in: 1024...(64 << 20), "Bytes of one recovery."),
        .span("headersTimeout", \.limits.headersTimeout, "Until a request's headers are there."),
        .span("connectTimeout", \.limits.connectTimeout, "Until a WebSocket's connect is there."),
        .span("pingInterval", \.limits.pingInterval, "Between the server's pings."),
        .span("pongTimeout", \.limits.pongTimeout, "Until a ping's answer is there."),
        .span("keyWindow", \.limits.keyWindow, "How long idempotency keys are remembered."),
        .count("statsDays", \.limits.statsDays, in: 1...1000, "Days for which counts of drivers' messages are kept."),
        .span("sessionLifetime", \.sessionLifetime, "How long a login lasts."),
        .count("passwordThreads", \.passwordThreads, in: 1...64, "Threads that hash passwords."),
        .count("loops", \.loops, in: 0...256, "Event loops; 0: one per core."),
        .count("shards", \.shards, in: 1...4096, "Shards of a new data directory: a power of two."),
        .count("journalSegmentBytes", \.journalSegmentBytes, in: (1 << 20)...(1 << 30), "Bytes of a journal segment."),
        .count(
            "snapshotAfterBytes",
            \.snapshots.afterBytes,
            in: (1 << 20)...(1 << 40),
            "Bytes of journal after which a snapshot is taken."
        ),
        .count("snapshotsKept", \.snapshots.kept, in: 1...1000, "Snapshots that are kept."),
        .span("retain", \.snapshots.retained, "How far back a restore can reach; 0: no more than a start needs."),
        .count(
            "archiveBytesMax",
            \.snapshots.archiveBytesMax,
            in: (1 << 20)...(1 << 50),
            "Bytes that archived journal may take; the oldest go first."
        ),
        .count(
            "hotCountMax",
            \.hot.countMax,
            in: 0...1_000_000_000,
            "Messages of a mailbox in memory; older ones go to the cold store. 0: no bound."
        ),
        .count(
            "hotBytesMax",
            \.hot.bytesMax,
            in: 0...(1 << 40),
            "Bytes of a mailbox's messages in memory; 0: no bound."
        ),
        .span("hotAgeMax", \.hot.ageMax, "How long a message stays in memory; 0: no bound."),
        .span("offloadInterval", \.offloadInterval, "How often messages are looked for that leave memory, or expire."),
        Self.messageRetentionSetting,
        Self.encryptionKeySetting,
        .text(
            "encryptionKeyFile",
            \.encryptionKeyFile,
            "File with such keys, one a line: the first seals what is new, all open what is there."
        ),
    ]

    /// What is decided when the server starts; everything else is renewed by SIGHUP.
    static let fixedSettings: Set<String> = [
        "data", "listen", "mqtt", "mqttTls", "tlsCertificate", "tlsKey", "testClock", "keyWindow", "statsDays",
        "passwordThreads", "loops", "shards", "journalSegmentBytes", "offloadInterval", "encryptionKey",
        "encryptionKeyFile",
    ]

    private static let encryptionKeySetting = Setting(
        name: "encryptionKey",
        help: "Key that journal and snapshots are sealed with: 64 hexadecimal digits, or 44 characters of base64.",
        read: { (text, configuration) throws(SettingError) in
            // The text is not repeated: it may be a key with a slip in it.
            guard text.isEmpty || SealingKey(text: text) != nil else {
                throw SettingError("encryptionKey is neither 64 hexadecimal digits nor 44 characters of base64.")
            }
            configuration.encryptionKey = SealingKey(text: text)
        },
        show: { $0.encryptionKey == nil ? "" : "set" }
    )

    private static let originsSetting = Setting(
        name: "allowedOrigins",
        help: "Origins whose pages may call this server, separated by commas; * for all.",
        read: { text, configuration in
            configuration.allowedOrigins = text.split(separator: ",").map { $0.filter { $0 != " " } }
        },
        show: { $0.allowedOrigins.joined(separator: ",") }
    )

    private static let logLevelSetting = Setting(
        name: "logLevel",
        help: "The least level that is logged: trace, debug, info, notice, warning, error, critical.",
        read: { (text, configuration) throws(SettingError) in
            guard let level = Logger.Level(rawValue: text)
            else { throw SettingError("logLevel", text, "a level, as info") }
            configuration.logLevel = level
        },
        show: { $0.logLevel.rawValue }
    )
}
