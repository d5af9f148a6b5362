import Engine
import NIOCore
import Primitives

/// The reference: what everyone was told, kept in the plainest way and without a line of the engine's own.
///
/// Whatever it holds was told by the engine as durable, so it must hold for ever; what was told as less may go with a
/// crash, and then its mailbox has a new epoch.
struct Book {
    /// One message that somebody wanted to send, perhaps several times under its key.
    struct Attempt {
        var command: PublishCommand
        var mailbox: Int
        /// Another content stands under its key already: it must never be taken.
        var isForbidden = false
        /// Acknowledged as new, which happens once.
        var isAccepted = false
        var answer: Told?
        /// Where it was seen, and of when it is.
        var seq: UInt64?
        var at: Timestamp?
    }

    struct Membership {
        enum State { case out, member, unknown }

        var state = State.out
        /// Counts changes, so that an answer knows whether it was asked under the same circumstances.
        var version = 0
        var isChanging = false
    }

    struct Mailbox {
        var isMade = false
        var epoch: Epoch?
        /// Those that it had before.
        var pastEpochs: Set<Epoch> = []
        /// By seq: the attempt that stands there, or nil while nobody knows.
        var log: [Int?] = []
        var hold = Hold()
        var members = Array(repeating: Membership(), count: Scenery.userCount)
        /// Each user's read mark is at least this.
        var read = Array(repeating: UInt64(0), count: Scenery.userCount)
    }

    var attempts: [Attempt] = []
    var mailboxes = Scenery.mailboxes.map { _ in Mailbox() }
    /// Weakly durable messages that were told, and are gone.
    private(set) var lostCount = 0
    let judge: Judge

    init(judge: Judge) { self.judge = judge }

    mutating func begin(_ command: PublishCommand, in mailbox: Int, isForbidden: Bool = false) -> Int {
        self.attempts.append(Attempt(command: command, mailbox: mailbox, isForbidden: isForbidden))
        self.sending(command.durability, to: mailbox)
        return self.attempts.count - 1
    }

    /// A mailbox shows an epoch.
    mutating func sawEpoch(_ epoch: Epoch, of mailbox: Int) {
        self.mailboxes[mailbox].isMade = true
        guard let known = self.mailboxes[mailbox].epoch else { return self.mailboxes[mailbox].epoch = epoch }
        self.judge.expect(known == epoch, .sameEpoch, "\(Scenery.mailboxes[mailbox]): \(known), then \(epoch)")
    }

    /// A message is shown in a log.
    mutating func saw(_ number: Int, in mailbox: Int, at seq: UInt64, sender: String, _ time: Timestamp) {
        let place = "\(Scenery.mailboxes[mailbox])/\(seq)"
        guard number >= 0, number < self.attempts.count, seq > 0 else {
            return self.judge.fail(.onlySent, "\(place) is message \(number)")
        }
        let attempt = self.attempts[number]
        self.judge.expect(attempt.mailbox == mailbox, .onlySent, "\(place): \(number) was sent elsewhere")
        self.judge.expect(!attempt.isForbidden, .firstAnswer, "\(place): \(number) has a key of another message")
        let from = attempt.command.from.address?.description ?? ""
        self.judge.expect(sender == from, .onlySent, "\(place): \(number) is of \(from), not \(sender)")
        if let known = attempt.at {
            self.judge.expect(known == time, .onlySent, "\(place): \(number) is of \(known), then of \(time)")
        }
        self.attempts[number].at = time
        self.stands(number, in: mailbox, at: seq)
    }

    /// A message stands at a place of a log, there and nowhere else.
    mutating func stands(_ number: Int, in mailbox: Int, at seq: UInt64) {
        let place = "\(Scenery.mailboxes[mailbox])/\(seq)"
        if let known = self.attempts[number].seq {
            self.judge.expect(known == seq, .onlyOnce, "\(place): \(number) is at \(known), too")
        }
        self.attempts[number].seq = seq
        let index = Int(seq) - 1
        while self.mailboxes[mailbox].log.count <= index { self.mailboxes[mailbox].log.append(nil) }
        if let known = self.mailboxes[mailbox].log[index] {
            self.judge.expect(known == number, .nothingLost, "\(place) was \(known), and is \(number)")
        }
        self.mailboxes[mailbox].log[index] = number
        self.mailboxes[mailbox].hold.told(self.attempts[number].command.durability, seq)
    }

    /// A publish is acknowledged; `isRepeat` when it was known before it was sent that the message is there.
    mutating func acknowledged(_ number: Int, _ answer: Told, isRepeat: Bool) {
        let attempt = self.attempts[number]
        self.sawEpoch(answer.epoch, of: attempt.mailbox)
        if answer.isDuplicate {
            self.judge.expect(attempt.command.key != nil, .firstAnswer, "\(number) has no key; \(answer)")
        } else {
            self.judge.expect(!isRepeat && !attempt.isAccepted, .firstAnswer, "\(number) was there; \(answer)")
            self.attempts[number].isAccepted = true
        }
        if let first = attempt.answer {
            self.judge.expect(
                first.isSameMessage(as: answer),
                .firstAnswer,
                "\(number): \(first), then \(answer)"
            )
        }
        self.attempts[number].answer = answer
        self.judge.expect(answer.durability == attempt.command.durability, .firstAnswer, "\(number): \(answer)")
        if answer.durability == .written { self.mailboxes[attempt.mailbox].hold.written(answer.seq) }
        let sender = attempt.command.from.address?.description ?? ""
        self.saw(number, in: attempt.mailbox, at: answer.seq, sender: sender, answer.at)
    }

    /// The whole log of a mailbox, as the engine shows it.
    mutating func check(_ page: HistoryPage, of mailbox: Int) {
        let known = self.mailboxes[mailbox].log.count
        self.recovered(mailbox, page.epoch)
        self.lostCount += max(0, known - max(Int(page.head.rawValue), self.mailboxes[mailbox].log.count))
        self.sawEpoch(page.epoch, of: mailbox)
        let seqs = page.messages.map(\.seq.rawValue)
        self.judge.expect(
            seqs == Array(0..<page.head.rawValue).map { $0 + 1 },
            .dense,
            "\(Scenery.mailboxes[mailbox]) up to \(page.head): \(seqs)"
        )
        self.judge.expect(
            page.messages.count >= self.mailboxes[mailbox].log.count,
            .nothingLost,
            "\(Scenery.mailboxes[mailbox]) ends at \(page.head), and was at \(self.mailboxes[mailbox].log.count)"
        )
        for message in page.messages { self.saw(message, in: mailbox) }
        self.mailboxes[mailbox].hold = Hold(all: page.head.rawValue)
    }

    /// A message is shown in full.
    mutating func saw(_ message: Message, in mailbox: Int) {
        let body = String(buffer: message.body)
        let number = Int(body.dropFirst().prefix { $0 != " " }) ?? -1
        self.judge.expect(body == Scenery.body(number), .onlySent, "\(mailbox)/\(message.seq) says \(body)")
        self.saw(number, in: mailbox, at: message.seq.rawValue, sender: message.from, message.at)
    }

    /// A member's own mark is shown, or an advance of it acknowledged: then it may be further already.
    mutating func saw(read: UInt64, of user: Int, in mailbox: Int, isAtLeast: Bool = false) {
        let known = self.mailboxes[mailbox].read[user]
        self.judge.expect(
            isAtLeast || read >= known,
            .cursors,
            "u\(user) in \(Scenery.mailboxes[mailbox]): \(known), then \(read)"
        )
        self.mailboxes[mailbox].read[user] = max(read, known)
    }
}
