import Engine
import NIOCore
import Primitives

/// Drivers: offered items by the organisation's software, and marking, answering and reading what came.
extension World {
    func stepDriver() {
        guard let engine = self.engine, self.failure == nil else { return }
        let driver = self.random.number(0..<Scenery.driverCount)
        switch self.random.number(0..<12) {
        case 0..<5: self.offerItem(to: driver, engine)
        case 5: self.withdrawItem(engine)
        case 6..<9: self.mark(driver, engine)
        case 9: self.reply(as: driver, engine)
        case 10: self.readInbox(of: driver, engine)
        default:
            let service = Principal.service(Scenery.service), mailbox = Scenery.drivers.lowerBound + driver
            self.send(self.attempt(mailbox, service, user: nil, key: nil), engine)
        }
    }

    /// A new item, or one that was offered before: what was settled then is settled.
    private func offerItem(to driver: Int, _ engine: Engine) {
        let count = self.inboxes.items.count, isNew = count == 0 || self.random.chance(2)
        if isNew { self.planItem(for: driver) }
        let number = isNew ? count : self.random.number(max(0, count - 12)..<count)
        let item = self.inboxes.items[number], mailbox = Scenery.drivers.lowerBound + item.driver
        guard !item.isChanging else { return }
        self.inboxes.offers(number)
        self.trace.note(100, UInt64(number), "\(Scenery.item(number)) is offered to d\(item.driver)")
        let command = self.book.attempts[item.attempt].command
        let offer = Scenery.offer(number, command, at: self.time.now())
        engine.submit(.inbox(.offer(offer), at: command.to)) { answer in
            switch answer {
            case .inbox(.offered(let offered)):
                self.trace.note(101, UInt64(number), "\(Scenery.item(number)): \(offered.outcome)")
                self.took(offered.outcome, of: number, in: mailbox)
            case .refused(.unavailable), .refused(.storageFull): self.inboxes.unanswered(number)
            default: self.judge.fail(.items, "\(answer) for an offer")
            }
        }
    }

    private func planItem(for driver: Int) {
        let mailbox = Scenery.drivers.lowerBound + driver
        let command = PublishCommand(
            to: Scenery.mailboxes[mailbox],
            from: .service(Scenery.service),
            body: ByteBuffer(string: Scenery.body(self.book.attempts.count)),
            tags: [MessageTag(name: self.random.chance(2) ? "news" : "promo", value: "")]
        )
        self.inboxes.items.append(.init(driver: driver, attempt: self.book.begin(command, in: mailbox)))
    }

    private func took(_ outcome: Offered.Outcome, of number: Int, in mailbox: Int) {
        switch outcome {
        case .settled(let state, let seq):
            self.inboxes.became(number, state)
            if state == .accepted { self.counts.items += 1 }
            self.judge.expect(state != .accepted || seq != nil, .items, "\(Scenery.item(number)) has no message")
            guard let seq else { return }
            self.book.mailboxes[mailbox].isMade = true
            self.book.stands(self.inboxes.items[number].attempt, in: mailbox, at: seq.rawValue)
        case .held: self.inboxes.became(number, .held)
        case .stale: self.judge.fail(.items, "\(Scenery.item(number)) is stale, and nobody changed its driver")
        }
    }

    private func withdrawItem(_ engine: Engine) {
        guard !self.inboxes.items.isEmpty else { return }
        let number = self.random.number(max(0, self.inboxes.items.count - 12)..<self.inboxes.items.count)
        let item = self.inboxes.items[number], before = item.possible
        guard !item.isChanging else { return }
        let wasSeen = !self.marks(of: item).certain.isDisjoint(with: [.delivered, .read])
        self.inboxes.withdraws(number)
        self.trace.note(102, UInt64(number), "\(Scenery.item(number)) is taken back")
        let command = InboxCommand.withdraw(item: Scenery.item(number), as: .cancelled, from: 0, [])
        engine.submit(.inbox(command, at: self.book.attempts[item.attempt].command.to)) { answer in
            switch answer {
            case .inbox(.withdrawn(let count, nil)) where count < 2:
                self.counts.withdrawals += count
                self.inboxes.withdrew(
                    number,
                    from: before,
                    count == 1,
                    wasSeen: wasSeen,
                    mayBeSeen: !self.marks(of: item).possible.isDisjoint(with: [.delivered, .read])
                )
            case .refused(.unavailable), .refused(.storageFull): self.inboxes.unanswered(number)
            default: self.judge.fail(.items, "\(answer) for a withdrawal")
            }
        }
    }

    private func marks(of item: InboxBook.Item) -> InboxBook.Marks {
        guard let seq = self.book.attempts[item.attempt].seq else { return .init() }
        return self.inboxes.marks(item.driver, seq)
    }

    /// Marks a few messages, in no order; perhaps some that are not there.
    private func mark(_ driver: Int, _ engine: Engine) {
        let mailbox = Scenery.drivers.lowerBound + driver, known = self.book.mailboxes[mailbox].log.count
        let marks = (0..<self.random.number(1..<5)).map { _ in
            MessageMark(
                seq: Seq(rawValue: UInt64(self.random.number(0..<known + 3))),
                marks: self.random.chance(2) ? .delivered : [.delivered, .read]
            )
        }
        for mark in marks { self.inboxes.mayBeMarked(driver, mark.seq.rawValue, mark.marks) }
        self.trace.note(103, UInt64(driver), "d\(driver) marks \(marks.map(\.seq.rawValue))")
        engine.submit(.inbox(.mark(Scenery.mailboxes[mailbox], marks, []), at: Scenery.mailboxes[mailbox])) { answer in
            switch answer {
            case .inbox(.marked(let count)):
                let present = marks.filter { $0.seq > .zero && $0.seq.rawValue <= known }
                self.judge.expect(count >= present.count, .marks, "d\(driver): \(count) of \(present.count) are there")
                for mark in present { self.inboxes.isMarked(driver, mark.seq.rawValue, mark.marks) }
            case .refused(.unavailable), .refused(.storageFull): break
            default: self.judge.fail(.marks, "\(answer) for marks")
            }
        }
    }

    /// A driver's word on a message of his, or the same word again.
    private func reply(as driver: Int, _ engine: Engine) {
        let mailbox = Scenery.drivers.lowerBound + driver, known = self.book.mailboxes[mailbox].log.count
        if !self.inboxes.replies.isEmpty, self.random.chance(2) {
            let number = self.inboxes.replies[self.random.number(0..<self.inboxes.replies.count)]
            return self.send(self.again(number, user: nil), engine)
        }
        guard known > 0 else { return }
        let number = self.book.attempts.count, isVote = self.random.chance(2)
        let command = PublishCommand(
            to: Scenery.mailboxes[mailbox],
            from: .subject(Scenery.mailboxes[mailbox]),
            body: ByteBuffer(string: Scenery.body(number)),
            key: "r\(number)",
            replyTo: Seq(rawValue: UInt64(self.random.number(1..<known + 1))),
            tags: isVote ? [MessageTag(name: "~quiet", value: ""), Scenery.wordTag(number)] : []
        )
        self.inboxes.replies.append(self.book.begin(command, in: mailbox))
        self.trace.note(104, UInt64(number), "d\(driver) replies with \(number)")
        self.send(.init(number: number, isRepeat: false, permission: nil), engine)
    }
}
