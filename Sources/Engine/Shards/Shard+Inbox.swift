import NIOCore
import Primitives

/// Inboxes: what is new, pages by labels, marks.
extension Shard {
    /// Copies looked at in one go, so that no slice holds the loop for long.
    static let copySlice = 512

    func handleInbox(_ command: InboxCommand, _ reply: ReplyTarget, at now: Timestamp) {
        switch command {
        case .news(let driver): self.answer(reply, .inbox(.news(self.state.news(of: driver))))
        case .look(let driver, let question):
            let look = Self.inPlace(&self.state) { $0.look(at: driver, question, at: now) }
            self.answer(reply, .inbox(.look(look)))
        case .mark(let driver, let marks, let followUps): self.mark(driver, marks, followUps, reply, at: now)
        case .reply(let publish, let followUps):
            self.publish(publish, reply, isReply: true, followUps: followUps, at: now)
        case .standing(let driver, let seq): self.answer(reply, .inbox(.standing(self.standing(of: seq, of: driver))))
        case .pushFailed(let driver, let item): self.pushFailed(item, of: driver, reply)
        case .offer(let offer): self.offer(offer, reply, at: now)
        case .weigh(let offer):
            self.answer(reply, .inbox(.weighed(offer.publish.to, self.state.weigh(offer, at: now))))
        case .past(let recipient): self.answer(reply, .inbox(.past(self.state.past(of: recipient))))
        case .withdraw(let item, let state, let start, let followUps):
            self.withdraw(item, as: state, from: start, followUps, reply, at: now)
        case .copies(let item, let start):
            let (copies, next) = self.state.copies(of: item, from: start, countMax: Self.copySlice)
            self.answer(reply, .inbox(.copies(copies, next: next)))
        case .decisions(let recipient):
            self.answer(reply, .inbox(.decisions(self.state.decisions(on: recipient))))
        case .members(let mailbox): self.answer(reply, .memberships(self.state.members(of: mailbox)))
        case .drivers: self.answer(reply, .memberships(self.state.drivers()))
        case .counts: self.answer(reply, .inbox(.counts(ShardCounts(self.state))))
        }
    }

    private func mark(
        _ driver: Address,
        _ marks: [MessageMark],
        _ followUps: [FollowUp],
        _ reply: ReplyTarget,
        at now: Timestamp
    ) {
        if let refusal = self.refusal { return self.answer(reply, .refused(refusal)) }
        guard let number = self.state.mailboxNumber(driver), let inbox = self.state.inboxes[number]
        else { return self.answer(reply, .inbox(.marked(0))) }
        let present = marks.filter { inbox.place(of: $0.seq) != nil }
        let changing = self.changes(present, in: inbox)
        if !changing.isEmpty {
            self.follow(followUps, driver, marks: changing, at: now)
            let marks = changing.map { MessageMark(seq: $0.seq, marks: $0.after.subtracting($0.before)) }
            MarkedRecord(address: driver, marks: marks, at: now).write(into: &self.record)
            self.commit(.marked)
            self.announce(marks, in: number)
        }
        self.answer(reply, .inbox(.marked(present.count)))
    }

    /// Tells the reader's live connections, so that what is read on one device is read on all.
    private func announce(_ marks: [MessageMark], in mailbox: UInt32) {
        let told = marks.filter { !$0.marks.isDisjoint(with: [.delivered, .read]) }
        guard !told.isEmpty, self.audiences[mailbox]?.isEmpty == false, let inbox = self.state.inboxes[mailbox]
        else { return }
        self.effects.append(.announce(mailbox, .statuses(told, unread: self.state.inboxes.unread(in: inbox))))
    }

    /// What marks change, each message once.
    private func changes(_ marks: [MessageMark], in inbox: Inbox) -> [ChangingMark] {
        var changing: [ChangingMark] = [], places: [Seq: Int] = [:]
        for mark in marks {
            if let place = places[mark.seq] {
                changing[place].after.formUnion(mark.marks)
                continue
            }
            guard let before = self.state.inboxes.entry(mark.seq, of: inbox)?.marks, !before.isSuperset(of: mark.marks)
            else { continue }
            places[mark.seq] = changing.count
            changing.append(ChangingMark(seq: mark.seq, before: before, after: before.union(mark.marks)))
        }
        return changing
    }

    private func standing(of seq: Seq, of driver: Address) -> MessageStanding {
        guard let number = self.state.mailboxNumber(driver), let inbox = self.state.inboxes[number]
        else { return MessageStanding(marks: nil, message: nil, isFollowed: false, unread: 0) }
        return MessageStanding(
            marks: self.state.inboxes.entry(seq, of: inbox)?.marks,
            message: self.state.hotMessage(seq, of: number),
            isFollowed: self.audiences[number]?.isEmpty == false,
            unread: self.state.inboxes.unread(in: inbox)
        )
    }

    private func pushFailed(_ item: String, of driver: Address, _ reply: ReplyTarget) {
        if let refusal = self.refusal { return self.answer(reply, .refused(refusal)) }
        guard self.state.mailboxNumber(driver) != nil else { return self.answer(reply, .refused(.notFound)) }
        PushFailedRecord(address: driver, item: item).write(into: &self.record)
        self.commit(.pushFailed)
        self.answer(reply, .inbox(.done))
    }

    private func offer(_ offer: Offer, _ reply: ReplyTarget, at now: Timestamp) {
        if let refusal = self.refusal { return self.answer(reply, .refused(refusal)) }
        let driver = offer.publish.to
        guard let number = self.state.mailboxNumber(driver) ?? self.openMailbox(driver, members: [], at: now)
        else { return self.answer(reply, .refused(.notPermitted)) }
        switch self.state.decide(offer, to: number, at: now, into: &self.record) {
        case .refuse(let error): self.answer(reply, .refused(error))
        case .answer(let offered): self.answer(reply, .inbox(.offered(offered)))
        case .apply(let kind, let offered):
            if case .settled(.accepted, let seq?) = offered.outcome, offered.isByOwnChannel {
                self.follow(offer.followUps, driver, [FollowedMessage(seq: seq, at: now)], at: now)
            }
            self.commit(kind)
            self.countDecision(on: offer, for: number)
            self.answer(reply, .inbox(.offered(offered)))
            if case .settled(.accepted, let seq?) = offered.outcome { self.effects.append(.broadcast(number, seq)) }
        }
    }

    private func withdraw(
        _ item: String,
        as state: CopyState,
        from start: Int,
        _ followUps: [FollowUp],
        _ reply: ReplyTarget,
        at now: Timestamp
    ) {
        if let refusal = self.refusal { return self.answer(reply, .refused(refusal)) }
        let (copies, next) = self.state.copies(of: item, from: start, countMax: Self.copySlice)
        var count = 0
        for copy in copies where copy.mayBeWithdrawn {
            if let seq = copy.seq {
                let change = ChangingMark(seq: seq, before: copy.marks, after: copy.marks.union(.withdrawn))
                self.follow(followUps, copy.recipient, marks: [change], at: now)
            }
            WithdrawnRecord(address: copy.recipient, item: item, state: state, at: now).write(into: &self.record)
            self.commit(.withdrawn)
            count += 1
        }
        self.answer(reply, .inbox(.withdrawn(count, next: next)))
    }
}

extension HeldCopy {
    /// Whether its recipient has not seen it, nor a decision kept it from him.
    fileprivate var mayBeWithdrawn: Bool {
        switch self.state {
        case .held: true
        case .accepted: self.marks.isDisjoint(with: [.delivered, .read])
        case .suppressed, .cancelled, .expired: false
        }
    }
}
