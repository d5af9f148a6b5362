/// What one shard has counted of its drivers' messages, as it was when it was asked.
///
/// It is the shard's own tables, shared until the next record changes them: to be asked costs the shard no look at them.
package struct ShardCounts: Sendable {
    private let days: ContiguousArray<DayCounts>
    private let waiting: Waiting
    private let labels: NameTable

    init(_ state: borrowing ShardState) {
        self.days = state.days.days
        self.waiting = state.inboxes.waiting
        self.labels = state.inboxes.labels
    }
}

extension ShardCounts {
    func forEachDay(of days: ClosedRange<Day>, _ body: (DayCounts, NameTable) -> Void) {
        for day in self.days where days.contains(day.day) { body(day, self.labels) }
    }

    func forEachWaiting(_ body: (String, _ unread: Int, _ held: Int) -> Void) {
        for number in 0..<max(self.waiting.unread.count, self.waiting.held.count) {
            let unread = number < self.waiting.unread.count ? Int(self.waiting.unread[number]) : 0
            let held = number < self.waiting.held.count ? Int(self.waiting.held[number]) : 0
            if unread != 0 || held != 0 { body(self.labels.name(UInt32(number)), unread, held) }
        }
    }
}
