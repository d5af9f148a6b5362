import Primitives

/// A session that waits to follow a mailbox until the cold store has given what it missed.
struct ColdAttach: Hashable, Sendable {
    var mailbox: UInt32
    var session: SessionRef
}

/// Coming to follow a mailbox, with what was missed.
extension Shard {
    func attach(_ command: AttachCommand, _ reply: ReplyTarget) {
        let isOwn = command.mailbox == command.subject
        let known = self.state.mailboxNumber(command.mailbox)
        if command.fetched != nil {
            guard let known else { return }
            let id = ColdAttach(mailbox: known, session: command.session)
            // One that was taken back while the store was read has had its answer.
            guard self.coldAttaches[id]?.ticket == command.coldTicket else { return }
            self.coldAttaches[id] = nil
        }
        guard let number = known ?? (isOwn ? self.openOwn(command.mailbox) : nil),
            self.state.mayRead(number, .subject(command.subject), command.entitlement == .member ? .member : .follower)
        else { return self.answer(reply, .refused(self.refusal == nil || known != nil ? .notPermitted : .unavailable)) }
        if let seqs = self.unfetchedSeqs(command, in: number) {
            return self.fetch(seqs, for: command, in: number, reply)
        }
        self.effects.append(.attach(number, command, reply, self.missed(by: command, in: number)))
    }

    /// The session goes, or no longer wants to follow.
    func abandonAttach(_ mailbox: UInt32, _ session: SessionRef) {
        guard let waiting = self.coldAttaches.removeValue(forKey: ColdAttach(mailbox: mailbox, session: session))
        else { return }
        self.answer(waiting.reply, .refused(.notPermitted))
    }

    private func fetch(
        _ seqs: ClosedRange<Seq>,
        for command: AttachCommand,
        in number: UInt32,
        _ reply: ReplyTarget
    ) {
        var command = command
        self.lastColdTicket += 1
        command.coldTicket = self.lastColdTicket
        self.coldAttaches[ColdAttach(mailbox: number, session: command.session)] = (command.coldTicket, reply)
        self.readCold(reply, .attach(command, seqs, bytesMax: self.limits.recoveryBytesMax))
    }

    /// A subject's own mailbox is made when it is first followed.
    private func openOwn(_ address: Address) -> UInt32? {
        guard self.refusal == nil else { return nil }
        return self.openMailbox(address, members: [], at: self.context.time.now())
    }

    /// What a session missed: all of it, or nothing and the present position.
    private func missed(by command: AttachCommand, in number: UInt32) -> Attached {
        let row = self.state.mailboxes[Int(number)]
        var attached = Attached(
            mailbox: command.mailbox,
            epoch: row.epoch,
            head: row.head,
            start: command.start,
            isRecovered: false,
            messages: []
        )
        guard let start = self.recoveryStart(of: command, in: number) else { return attached }
        let query = HistoryQuery(
            range: .after(max(start, row.coldEnd)),
            countMax: self.limits.recoveryCountMax,
            bytesMax: self.limits.recoveryBytesMax
        )
        let older = start < row.coldEnd ? command.fetched?.messages : []
        guard let older, let page = self.state.history(of: number, query).page, !page.hasMore else { return attached }
        attached.messages = older + page.messages
        attached.isRecovered = true
        return attached
    }

    /// Where what was missed begins; nil when it cannot be recovered, or is not asked for.
    private func recoveryStart(of command: AttachCommand, in number: UInt32) -> Seq? {
        let row = self.state.mailboxes[Int(number)], start: Seq
        switch command.start {
        case .head: return nil
        case .since(let seq): start = seq
        case .recover(let epoch, let seq):
            guard epoch == nil ? seq == .zero : epoch == row.epoch else { return nil }
            start = seq
        }
        guard start <= row.head, start >= self.state.deletedEnd(of: number),
            row.head.rawValue - start.rawValue <= UInt64(self.limits.recoveryCountMax)
        else { return nil }
        return start
    }

    /// What a session missed that lies in the cold store and was not read yet.
    private func unfetchedSeqs(_ command: AttachCommand, in number: UInt32) -> ClosedRange<Seq>? {
        guard let start = self.recoveryStart(of: command, in: number),
            let seqs = self.state.coldSeqs(of: number)?.clamped(after: start),
            command.fetched?.through != seqs.upperBound
        else { return nil }
        return seqs
    }
}
