import Primitives

/// What one release has open: the new messages of each mailbox, joined into one broadcast per mailbox.
struct EffectRelease {
    /// How far back a mailbox's range is looked for; one that is missed costs a second broadcast, in order.
    private static let lookBack = 8

    private var ranges: [(mailbox: UInt32, seqs: ClosedRange<Seq>)] = []

    /// Joins a message with those of the same mailbox before it.
    mutating func add(_ seq: Seq, of mailbox: UInt32) {
        let oldest = max(0, self.ranges.count - Self.lookBack)
        for known in (oldest..<self.ranges.count).reversed() where self.ranges[known].mailbox == mailbox {
            self.ranges[known].seqs = self.ranges[known].seqs.lowerBound...seq
            return
        }
        self.ranges.append((mailbox, seq...seq))
    }

    /// Sends what is open, before something that must come after it.
    mutating func flush(_ shard: isolated Shard) {
        for (mailbox, seqs) in self.ranges { shard.broadcast(mailbox, seqs) }
        self.ranges.removeAll(keepingCapacity: true)
    }
}

/// Carrying out what became durable.
extension Shard {
    func carryOut(_ effect: consuming Effect, _ release: inout EffectRelease) {
        switch consume effect {
        case .reply(let target, let answer): self.context.carry(answer, to: target)
        case .cold(let target, let request): self.carryCold(target, request)
        case .broadcast(let mailbox, let seq): release.add(seq, of: mailbox)
        case .announce(let mailbox, let announcement):
            release.flush(self)
            self.announce(announcement, in: mailbox)
        case .attach(let mailbox, let command, let reply, let attached):
            release.flush(self)
            self.carryAttach(mailbox, command, reply, attached)
        case .detach(let mailbox, let session, let isTold):
            release.flush(self)
            self.carryDetach(mailbox, session, isTold: isTold)
        case .feed(let session, let feed):
            release.flush(self)
            self.context.carry(.feed(session, feed), to: session.loop)
        case .expel(let mailbox, let member):
            release.flush(self)
            for session in self.audiences[mailbox]?.sessions(of: member) ?? [] {
                self.carryDetach(mailbox, session, isTold: true)
            }
        case .presence(let mailbox, let reply):
            let present = self.audiences[mailbox]?.attachments.values.map(\.client) ?? []
            self.context.carry(.presence(present), to: reply)
        case .route(let address, let command): self.context.route(command, to: address)
        case .notify(let session, let event): self.context.carry(.notify(session, event), to: session.loop)
        case .documentChanged(let change): self.context.observers.tell(change)
        case .work(let task): self.context.work(on: task)
        }
    }

    private func carryAttach(_ mailbox: UInt32, _ command: AttachCommand, _ reply: ReplyTarget, _ attached: Attached) {
        let client = PresentClient(client: command.client, subject: command.subject)
        // Before the session follows: nobody needs to be told of himself.
        let isKnown = self.audiences[mailbox]?.attachments[command.session] != nil
        if !isKnown, command.mailbox.kind == .group { self.announce(.joined(client), in: mailbox) }
        var audience = self.audiences[mailbox] ?? Audience(loops: self.context.loopCount)
        audience.insert(command.session, .init(client: client, variant: command.variant))
        self.audiences[mailbox] = audience
        let ref = MailboxRef(shard: self.id, number: mailbox)
        self.context.carry(.attach(command.session, ref, command.variant, reply, attached), to: command.session.loop)
    }

    private func carryDetach(_ mailbox: UInt32, _ session: SessionRef, isTold: Bool) {
        guard let attachment = self.audiences[mailbox]?.remove(session) else { return }
        if self.audiences[mailbox]?.isEmpty == true { self.audiences[mailbox] = nil }
        let address = self.state.address(of: mailbox)
        let ref = MailboxRef(shard: self.id, number: mailbox)
        self.context.carry(.detach(session, ref, isTold ? address : nil), to: session.loop)
        if address.kind == .group { self.announce(.left(attachment.client), in: mailbox) }
    }
}
