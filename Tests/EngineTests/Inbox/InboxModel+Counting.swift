import Primitives

@testable import Engine

/// One thing that is counted.
struct Happening: Equatable {
    enum What: Hashable {
        case event(DriverEvent)
        case given(ReaderWord)
        case takenBack(ReaderWord)
        /// A record that counts nothing begins its day all the same.
        case nothing
    }

    var what: What
    var labels: String
    var at: Timestamp
}

/// What the model takes down to be counted later, in the plainest way.
extension InboxModel {
    mutating func count(_ event: DriverEvent, _ labels: String, at now: Timestamp) {
        self.happened.append(Happening(what: .event(event), labels: labels, at: now))
    }

    /// A word on a message; what stood before it does no longer.
    mutating func countWord(_ value: String, on seq: UInt64, at now: Timestamp) {
        guard self.isPresent(seq) else { return }
        let labels = self.messages[Int(seq) - 1].labels, earlier = self.answer(to: seq)
        if earlier == nil { self.count(.replied, labels, at: now) }
        if let earlier, let word = Self.word(self.messages[Int(earlier) - 1].word ?? "") {
            self.happened.append(Happening(what: .takenBack(word), labels: labels, at: now))
        }
        if let word = Self.word(value) {
            self.happened.append(Happening(what: .given(word), labels: labels, at: now))
        }
    }

    private static func word(_ value: String) -> ReaderWord? {
        switch value {
        case "like": ReaderWord(.like)
        case "dislike": ReaderWord(.dislike)
        case "vote:a", "vote:b": ReaderWord(.vote, String(value.suffix(1)))
        case "answer:a": ReaderWord(.answer, "a")
        case "answer:": ReaderWord(.answer)
        default: nil
        }
    }

    /// Marks that a message has not yet.
    mutating func countMark(_ mark: MessageMark, at now: Timestamp) {
        let entry = self.messages[Int(mark.seq.rawValue) - 1]
        guard entry.marks.isDisjoint(with: [.own, .quiet, .withdrawn]) else { return }
        let isNews = entry.marks.isDisjoint(with: [.delivered, .read])
        if isNews, !mark.marks.isDisjoint(with: [.delivered, .read]) { self.count(.delivered, entry.labels, at: now) }
        if !entry.marks.contains(.read), mark.marks.contains(.read) { self.count(.read, entry.labels, at: now) }
    }

    mutating func countWithdrawal(of item: String, as state: CopyState, at now: Timestamp) {
        guard let copy = self.copies[item] else { return }
        let event: DriverEvent = state == .expired ? .expired : .cancelled
        if copy.state == .held { return self.count(event, copy.labels, at: now) }
        guard let seq = copy.seq, self.isPresent(seq) else { return }
        let entry = self.messages[Int(seq) - 1]
        let hidden: MessageMarks = [.delivered, .read, .own, .quiet, .withdrawn]
        if entry.marks.isDisjoint(with: hidden) { self.count(event, entry.labels, at: now) }
    }

    /// Messages up to a seq are deleted.
    mutating func forget(through seq: UInt64, at now: Timestamp) {
        for (number, entry) in self.present where number <= seq {
            if entry.marks.isUnread, !entry.marks.contains(.delivered) { self.count(.deleted, entry.labels, at: now) }
        }
        self.deletedEnd = seq
    }
}
