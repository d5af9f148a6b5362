internal import Accounts
internal import Engine
internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore
internal import Primitives
internal import Snapshots
internal import Telemetry
internal import Wire

/// The server in one look: what `/metrics` has of it that a person wants to see move.
extension Services {
    static var overviewRoutes: [Route] {
        [
            Route(.get, "/v1/overview", .key(.operator)) { (services, _) throws(Problem) in
                try await services.overview()
            },
            Route(.get, "/v1/snapshots", .key(.operator)) { (services, _) throws(Problem) in
                try await services.listSnapshots()
            },
        ]
    }

    private func overview() async throws(Problem) -> Response {
        let newest = try await HTTPEdge.engine { () throws(EngineError) in try await self.engine.snapshots() }.first
        let now = self.engine.time.now().rawValue
        let startedAt = Int64(self.registry.total("process_start_time_seconds") * 1000)
        return .json(expecting: 2048) { writer in
            writer.beginObject()
            writer.member("version", self.version)
            writer.member("at", now)
            writer.member("uptime", max(0, (now - startedAt) / 1000))
            writer.member("ready", self.engine.isReady)
            writer.member("hold", self.engine.isOnHold)
            writer.member("loops", Int64(self.engine.contexts.count))
            for (name, metric) in Self.levels { writer.member(name, Int64(self.registry.total(metric))) }
            writer.key("journal")
            writer.beginObject()
            writer.member("bytes", Int64(self.engine.journaledBytes))
            writer.member("position", self.engine.syncedPosition.rawValue)
            writer.endObject()
            writer.key("snapshot")
            if let newest { writer.snapshot(newest) } else { writer.null() }
            writer.member("fsync", self.registry.spread("switchboard_journal_fsync_seconds"))
            writer.member("lateness", self.registry.spread("switchboard_loop_lateness_seconds"))
            writer.key("decisions")
            writer.samples(self.registry.samples("switchboard_policy_decisions_total"))
            writer.endObject()
        }
    }

    /// The members that are levels or totals, and the metrics they are read from.
    private static var levels: [(StaticString, String)] {
        [
            ("memory", "process_resident_memory_bytes"),
            ("connections", "switchboard_connections"),
            ("sessions", "switchboard_sessions"),
            ("subscriptions", "switchboard_subscriptions"),
            ("mailboxes", "switchboard_mailboxes"),
            ("messages", "switchboard_hot_messages"),
            ("messageBytes", "switchboard_hot_message_bytes"),
            ("documents", "switchboard_documents"),
            ("tasks", "switchboard_tasks"),
            ("publishes", "switchboard_publishes_total"),
            ("deliveries", "switchboard_deliveries_total"),
            ("lags", "switchboard_lags_total"),
            ("requests", "switchboard_http_requests_total"),
        ]
    }

    private func listSnapshots() async throws(Problem) -> Response {
        let entries = try await HTTPEdge.engine { () throws(EngineError) in try await self.engine.snapshots() }
        return .json { writer in
            writer.beginObject()
            writer.key("snapshots")
            writer.beginArray()
            for entry in entries { writer.snapshot(entry) }
            writer.endArray()
            writer.endObject()
        }
    }
}

extension JSONWriter {
    /// A snapshot, as operators are told of it.
    mutating func snapshot(_ entry: SnapshotEntry) {
        self.beginObject()
        self.member("file", entry.file)
        self.member("position", entry.position.rawValue)
        if let at = entry.at { self.member("at", at.rawValue) }
        self.member("bytes", Int64(entry.bytes))
        self.endObject()
    }

    /// Times in microseconds: percentiles since the start, and the buckets, from which those of any while can be told.
    fileprivate mutating func member(_ name: StaticString, _ spread: Spread) {
        self.key(name)
        self.beginObject()
        self.member("count", spread.count)
        self.member("p50", Self.microseconds(spread.quantile(0.5)))
        self.member("p99", Self.microseconds(spread.quantile(0.99)))
        self.member("max", Self.microseconds(spread.max))
        self.key("buckets")
        self.beginArray()
        for (bound, count) in spread.buckets {
            self.beginObject()
            self.member("upTo", Self.microseconds(bound))
            self.member("count", count)
            self.endObject()
        }
        self.endArray()
        self.endObject()
    }

    fileprivate mutating func samples(_ samples: [(labels: [(name: String, value: String)], value: Double)]) {
        self.beginArray()
        for (labels, value) in samples {
            self.beginObject()
            self.key("labels")
            self.beginObject()
            for (name, value) in labels {
                self.key(escaping: name)
                self.string(value)
            }
            self.endObject()
            self.member("count", Int64(value))
            self.endObject()
        }
        self.endArray()
    }

    private static func microseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1e6).rounded()) }
}
