/// What the engine counts: messages, the journal, snapshots.
package struct EngineMetrics: Sendable {
    /// Messages accepted, without duplicates.
    package let publishes: Counter
    /// Publishes whose idempotency key was known.
    package let duplicates: Counter
    /// Publishes refused, by `reason`: the engine's error in one word.
    package let refusals: Family<Counter>
    /// Messages handed to sessions; add once per batch.
    package let deliveries: Counter
    /// Times that a session fell behind in a mailbox, and went on from the log.
    package let lags: Counter
    /// Duration of one `fdatasync` of the journal, seconds.
    package let journalSync: Histogram
    package let journalRecords: Counter
    package let journalBytes: Counter
    /// Duration of one snapshot, seconds.
    package let snapshot: Histogram
    package let snapshotBytes: Gauge
    /// Duration of the last replay at start, seconds.
    package let replay: Gauge
    package let replayRecords: Gauge
    package let mailboxes: Gauge
    package let documents: Gauge
    /// Durable tasks that wait for their time.
    package let tasks: Gauge
    /// The same by `kind`.
    package let tasksByKind: Family<Gauge>
    /// What workers said of tasks, by `kind` and `result`: `done` or `retried`.
    package let taskResults: Family<Counter>
    /// What the policy decided, by `verdict`, `reason` (`none` without one) and `channel`.
    package let decisions: Family<Counter>
    /// What happened to drivers' messages, by `event`.
    package let driverEvents: Family<Counter>
    /// What drivers said of messages, by `word`, and `change`: `given` or `taken_back`.
    package let driverWords: Family<Counter>
    /// What waits for drivers, by `state`: messages that are `unread`, copies that are `held`.
    package let driverWaiting: Family<Gauge>
    /// Messages in memory, and the room that is kept for them, bytes.
    package let hotMessages: Gauge
    package let hotBytes: Gauge
    /// Messages that left memory for the cold store.
    package let offloaded: Counter
    /// Answers that needed the cold store.
    package let coldReads: Counter
    package let coldFailures: Counter
    /// How late an event loop did what was due, seconds.
    package let loopLateness: Histogram

    package init(_ registry: MetricsRegistry) {
        self.publishes = registry.counter("switchboard_publishes_total", help: "Messages accepted.")
        self.duplicates = registry.counter(
            "switchboard_publish_duplicates_total",
            help: "Publishes answered from their idempotency key."
        )
        self.refusals = registry.counters(
            "switchboard_publish_refusals_total",
            help: "Publishes refused.",
            labels: ["reason"]
        )
        self.deliveries = registry.counter("switchboard_deliveries_total", help: "Messages handed to sessions.")
        self.lags = registry.counter(
            "switchboard_lags_total",
            help: "Times that a session fell behind in a mailbox and went on from the log."
        )
        self.journalSync = registry.histogram(
            "switchboard_journal_fsync_seconds",
            help: "Time of one sync of the journal."
        )
        self.journalRecords = registry.counter("switchboard_journal_records_total", help: "Records appended.")
        self.journalBytes = registry.counter("switchboard_journal_bytes_total", help: "Bytes appended.")
        self.snapshot = registry.histogram("switchboard_snapshot_seconds", help: "Time of one snapshot.")
        self.snapshotBytes = registry.gauge("switchboard_snapshot_bytes", help: "Size of the newest snapshot.")
        self.replay = registry.gauge("switchboard_replay_seconds", help: "Time of the replay at start.")
        self.replayRecords = registry.gauge("switchboard_replay_records", help: "Records replayed at start.")
        self.mailboxes = registry.gauge("switchboard_mailboxes", help: "Mailboxes in memory.")
        self.documents = registry.gauge("switchboard_documents", help: "Documents in memory.")
        self.hotMessages = registry.gauge("switchboard_hot_messages", help: "Messages in memory.")
        self.hotBytes = registry.gauge("switchboard_hot_message_bytes", help: "Room kept for messages in memory.")
        self.offloaded = registry.counter(
            "switchboard_offloaded_messages_total",
            help: "Messages moved from memory to the cold store."
        )
        self.coldReads = registry.counter("switchboard_cold_reads_total", help: "Answers read from the cold store.")
        self.coldFailures = registry.counter(
            "switchboard_cold_failures_total",
            help: "Times that the cold store could not be read or written."
        )
        self.loopLateness = registry.histogram(
            "switchboard_loop_lateness_seconds",
            help: "How late an event loop did what was due."
        )
        self.tasks = registry.gauge("switchboard_tasks", help: "Durable tasks that wait for their time.")
        self.tasksByKind = registry.gauges(
            "switchboard_tasks_waiting",
            help: "Durable tasks that wait for their time or are worked on.",
            labels: ["kind"]
        )
        self.taskResults = registry.counters(
            "switchboard_task_results_total",
            help: "Durable tasks that were done, or are to be tried again.",
            labels: ["kind", "result"]
        )
        self.decisions = registry.counters(
            "switchboard_policy_decisions_total",
            help: "Decisions of the policy.",
            labels: ["verdict", "reason", "channel"]
        )
        self.driverEvents = registry.counters(
            "switchboard_driver_messages_total",
            help: "What happened to drivers' messages.",
            labels: ["event"]
        )
        self.driverWords = registry.counters(
            "switchboard_driver_words_total",
            help: "Reactions, votes and answers of drivers.",
            labels: ["word", "change"]
        )
        self.driverWaiting = registry.gauges(
            "switchboard_driver_waiting",
            help: "Messages that drivers have not read, and copies that are held.",
            labels: ["state"]
        )
    }
}
