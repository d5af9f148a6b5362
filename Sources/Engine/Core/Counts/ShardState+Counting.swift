import NIOCore
import Primitives

/// What records count in the shard's days (D13).
extension ShardState {
    /// A message came into a driver's inbox.
    mutating func countCome(_ entry: InboxEntry, at instant: Timestamp) {
        guard entry.marks.isDisjoint(with: [.own, .quiet]), let index = self.days.open(instant) else { return }
        self.days.count(.came, under: entry.labels, at: index)
    }

    /// A reader's word on a message under some labels; `earlier` is the one that it takes the place of.
    ///
    /// Returns as what it is counted.
    mutating func countWord(
        _ value: String,
        under labels: UInt32,
        inPlaceOf earlier: LastWord?,
        at instant: Timestamp
    ) -> WordID {
        guard let index = self.days.open(instant) else { return .none }
        if let earlier {
            self.days.takeBack(earlier.word, under: labels, at: index)
        } else {
            self.days.count(.replied, under: labels, at: index)
        }
        return ReaderWord(tagValue: value).map { self.days.give($0, under: labels, at: index) } ?? .none
    }

    /// A message got marks that it had not.
    mutating func count(_ change: MarkChange, of mailbox: UInt32, at index: Int) {
        let seen: MessageMarks = [.delivered, .read], hidden: MessageMarks = [.own, .quiet, .withdrawn]
        guard change.before.isDisjoint(with: hidden) else { return }
        if change.before.isDisjoint(with: seen), !change.after.isDisjoint(with: seen) {
            self.days.count(.delivered, under: change.labels, at: index)
        }
        guard !change.before.contains(.read), change.after.contains(.read) else { return }
        self.days.count(.read, under: change.labels, at: index)
        // A clock that went back counts no driver twice: his day never does.
        guard let earlier = self.inboxes.countRead(by: mailbox, on: self.days.day(at: index)) else { return }
        self.days.countRead(after: earlier.count, at: self.days.open(earlier.day.start) ?? index)
    }

    /// A decision on an item for one recipient; `earlier` is his copy until then.
    mutating func count(_ copy: InboxCopy, inPlaceOf earlier: InboxCopy?, at instant: Timestamp?) {
        guard let index = self.days.open(instant) else { return }
        if earlier == nil { self.days.count(.offered, under: copy.labels, at: index) }
        switch copy.state {
        case .suppressed: self.days.count(.suppressed, under: copy.labels, at: index)
        case .expired: self.days.count(.expired, under: copy.labels, at: index)
        case .held, .accepted, .cancelled: break
        }
    }

    /// A copy, or its message, was taken back under some labels.
    mutating func countWithdrawal(as state: CopyState, under labels: UInt32, at instant: Timestamp?) {
        guard let index = self.days.open(instant) else { return }
        self.days.count(state == .expired ? .expired : .cancelled, under: labels, at: index)
    }

    /// Messages were deleted before they were seen, so many under each labels.
    ///
    /// Deletions have no time, so they are of the newest day.
    mutating func countDeleted(_ counts: [UInt32: UInt32]) {
        guard !counts.isEmpty, let index = self.days.open(nil) else { return }
        for (labels, count) in counts { self.days.count(.deleted, under: labels, at: index, by: count) }
    }

    /// Forgets what this process has counted: what follows is what it counts itself.
    mutating func beginCounting() { self.days.totals = DriverTotals() }
}
