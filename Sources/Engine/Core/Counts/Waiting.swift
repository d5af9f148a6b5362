/// What waits for a shard's drivers now, by the numbers of labels; derived from their inboxes.
struct Waiting: Equatable, Sendable {
    /// Messages that are shown and not read.
    private(set) var unread = ContiguousArray<Int32>()
    /// Copies that wait for their time.
    private(set) var held = ContiguousArray<Int32>()
    private(set) var unreadCount = 0
    private(set) var heldCount = 0

    mutating func countUnread(_ step: Int, under labels: UInt32) {
        self.unreadCount += step
        Self.count(step, labels, &self.unread)
    }

    mutating func countHeld(_ step: Int, under labels: UInt32) {
        self.heldCount += step
        Self.count(step, labels, &self.held)
    }

    private static func count(_ step: Int, _ labels: UInt32, _ counts: inout ContiguousArray<Int32>) {
        guard step != 0 else { return }
        if Int(labels) >= counts.count {
            counts.append(contentsOf: repeatElement(0, count: Int(labels) + 1 - counts.count))
        }
        counts[Int(labels)] += Int32(step)
    }
}
