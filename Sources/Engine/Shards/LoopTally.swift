import Telemetry

/// What one loop counted since it last told: plain numbers, so that counting costs nothing on the way of a message.
struct LoopTally: Sendable {
    var publishes = 0
    var duplicates = 0
    var deliveries = 0
    var journalRecords = 0
    var journalBytes = 0
    /// What the loop's shards hold.
    private var mailboxes = 0
    private var documents = 0
    private var tasks = 0

    /// Tells what was counted, once per tick.
    mutating func tell(_ metrics: EngineMetrics) {
        if self.publishes > 0 { metrics.publishes.add(self.publishes) }
        if self.duplicates > 0 { metrics.duplicates.add(self.duplicates) }
        if self.deliveries > 0 { metrics.deliveries.add(self.deliveries) }
        if self.journalRecords > 0 {
            metrics.journalRecords.add(self.journalRecords)
            metrics.journalBytes.add(self.journalBytes)
        }
        self.publishes = 0
        self.duplicates = 0
        self.deliveries = 0
        self.journalRecords = 0
        self.journalBytes = 0
    }

    /// Tells how much more or less the loop's shards hold than at the last census.
    mutating func tellCensus(mailboxes: Int, documents: Int, tasks: Int, _ metrics: EngineMetrics) {
        metrics.mailboxes.add(mailboxes - self.mailboxes)
        metrics.documents.add(documents - self.documents)
        metrics.tasks.add(tasks - self.tasks)
        self.mailboxes = mailboxes
        self.documents = documents
        self.tasks = tasks
    }
}
