import Telemetry

/// What one loop counted since it last told: plain numbers, so that counting costs nothing on the way of a message.
struct LoopTally: Sendable {
    var publishes = 0
    var duplicates = 0
    var deliveries = 0
    var lags = 0
    var journalRecords = 0
    var journalBytes = 0
    /// What the loop's shards held at the last census.
    private var census = Census()

    /// Tells what was counted, once per tick.
    mutating func tell(_ metrics: EngineMetrics) {
        if self.publishes > 0 { metrics.publishes.add(self.publishes) }
        if self.duplicates > 0 { metrics.duplicates.add(self.duplicates) }
        if self.deliveries > 0 { metrics.deliveries.add(self.deliveries) }
        if self.lags > 0 { metrics.lags.add(self.lags) }
        if self.journalRecords > 0 {
            metrics.journalRecords.add(self.journalRecords)
            metrics.journalBytes.add(self.journalBytes)
        }
        self.publishes = 0
        self.duplicates = 0
        self.deliveries = 0
        self.lags = 0
        self.journalRecords = 0
        self.journalBytes = 0
    }

    /// Tells how much more or less the loop's shards hold than at the last census.
    mutating func tellCensus(_ census: Census, _ metrics: EngineMetrics) {
        metrics.mailboxes.add(census.mailboxes - self.census.mailboxes)
        metrics.documents.add(census.documents - self.census.documents)
        metrics.tasks.add(census.tasks - self.census.tasks)
        metrics.hotMessages.add(census.messages - self.census.messages)
        metrics.hotBytes.add(census.messageBytes - self.census.messageBytes)
        self.census = census
    }
}

/// How much some shards hold.
struct Census: Equatable, Sendable {
    var mailboxes = 0
    var documents = 0
    var tasks = 0
    /// Messages in memory, and the room that is kept for them, bytes.
    var messages = 0
    var messageBytes = 0

    mutating func count(_ state: ShardState) {
        self.mailboxes += state.mailboxes.count
        self.documents += state.documents.count
        self.tasks += state.tasks.count
        self.messages += state.messageCount
        self.messageBytes += state.messages.reservedBytes
    }
}
