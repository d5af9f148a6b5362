import Telemetry

/// What one loop counted since it last told: plain numbers, so that counting costs nothing on the way of a message.
struct LoopTally: Sendable {
    var publishes = 0
    var duplicates = 0
    var deliveries = 0
    var lags = 0
    var journalRecords = 0
    var journalBytes = 0
    private var decisions: [CountedDecision: Int] = [:]
    /// What the loop's shards held at the last census.
    private var census = Census()

    mutating func count(_ decision: CountedDecision) { self.decisions[decision, default: 0] += 1 }

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
        for (decision, count) in self.decisions { metrics.decisions.metric(decision.words).add(count) }
        if !self.decisions.isEmpty { self.decisions.removeAll(keepingCapacity: true) }
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
        self.tellTasks(census, metrics)
        self.tellDrivers(census, metrics)
        metrics.hotMessages.add(census.messages - self.census.messages)
        metrics.hotBytes.add(census.messageBytes - self.census.messageBytes)
        self.census = census
    }

    private func tellTasks(_ census: Census, _ metrics: EngineMetrics) {
        for kind in Set(census.tasksByKind.keys).union(self.census.tasksByKind.keys) {
            let change = census.tasksByKind[kind, default: 0] - self.census.tasksByKind[kind, default: 0]
            if change != 0 { metrics.tasksByKind[kind].add(change) }
        }
    }

    private func tellDrivers(_ census: Census, _ metrics: EngineMetrics) {
        metrics.driverWaiting["unread"].add(census.unread - self.census.unread)
        metrics.driverWaiting["held"].add(census.held - self.census.held)
        guard census.driver != self.census.driver else { return }
        for event in DriverEvent.allCases {
            metrics.driverEvents[event.name].add(census.driver[event] - self.census.driver[event])
        }
        for kind in ReaderWord.Kind.allCases {
            let given = census.driver.given[kind, default: 0] - self.census.driver.given[kind, default: 0]
            let takenBack = census.driver.takenBack[kind, default: 0] - self.census.driver.takenBack[kind, default: 0]
            metrics.driverWords[kind.name, "given"].add(given)
            metrics.driverWords[kind.name, "taken_back"].add(takenBack)
        }
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
    var tasksByKind: [String: Int] = [:]
    /// Messages and copies that wait for drivers.
    var unread = 0
    var held = 0
    /// What was counted of drivers' messages since the start.
    var driver = DriverTotals()

    mutating func count(_ state: ShardState) {
        self.mailboxes += state.mailboxes.count
        self.documents += state.documents.count
        self.tasks += state.tasks.count
        self.messages += state.messageCount
        self.messageBytes += state.messages.reservedBytes
        for (kind, count) in state.taskCounts { self.tasksByKind[kind, default: 0] += count }
        self.unread += state.inboxes.waiting.unreadCount
        self.held += state.inboxes.waiting.heldCount
        self.driver.add(state.days.totals)
    }
}
