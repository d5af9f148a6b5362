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
        case .mark(let driver, let marks): self.mark(driver, marks, reply)
        case .reply(let publish): self.publish(publish, reply, isReply: true, at: now)
        case .offer(let offer): self.offer(offer, reply, at: now)
        case .weigh(let offer):
            self.answer(reply, .inbox(.weighed(offer.publish.to, self.state.weigh(offer, at: now))))
        case .past(let recipient): self.answer(reply, .inbox(.past(self.state.past(of: recipient))))
        case .withdraw(let item, let state, let start): self.withdraw(item, as: state, from: start, reply)
        case .copies(let item, let start):
            let (copies, next) = self.state.copies(of: item, from: start, countMax: Self.copySlice)
            self.answer(reply, .inbox(.copies(copies, next: next)))
        case .decisions(let recipient):
            self.answer(reply, .inbox(.decisions(self.state.decisions(on: recipient))))
        case .members(let mailbox): self.answer(reply, .memberships(self.state.members(of: mailbox)))
        case .drivers: self.answer(reply, .memberships(self.state.drivers()))
        }
    }

    private func mark(_ driver: Address, _ marks: [MessageMark], _ reply: ReplyTarget) {
        if let refusal = self.refusal { return self.answer(reply, .refused(refusal)) }
        guard let number = self.state.mailboxNumber(driver), let inbox = self.state.inboxes[number]
        else { return self.answer(reply, .inbox(.marked(0))) }
        let present = marks.filter { inbox.place(of: $0.seq) != nil }
        let changing = present.filter { mark in
            self.state.inboxes.entry(mark.seq, of: inbox)?.marks.isSuperset(of: mark.marks) == false
        }
        if !changing.isEmpty {
            MarkedRecord(address: driver, marks: changing).write(into: &self.record)
            self.commit(.marked)
        }
        self.answer(reply, .inbox(.marked(present.count)))
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
            self.commit(kind)
            self.answer(reply, .inbox(.offered(offered)))
            if case .settled(.accepted, let seq?) = offered.outcome { self.effects.append(.broadcast(number, seq)) }
        }
    }

    private func withdraw(_ item: String, as state: CopyState, from start: Int, _ reply: ReplyTarget) {
        if let refusal = self.refusal { return self.answer(reply, .refused(refusal)) }
        let (copies, next) = self.state.copies(of: item, from: start, countMax: Self.copySlice)
        var count = 0
        for copy in copies where copy.mayBeWithdrawn {
            WithdrawnRecord(address: copy.recipient, item: item, state: state).write(into: &self.record)
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
