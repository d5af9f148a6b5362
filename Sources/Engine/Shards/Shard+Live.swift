import NIOCore
import Primitives

/// Sessions: who follows what, and who is there.
extension Shard {
    func handleLive(_ command: ShardCommand, _ reply: ReplyTarget) {
        switch command {
        case .attach(let attach): self.attach(attach, reply)
        case .detach(let mailbox, let session):
            guard let number = self.state.mailboxNumber(mailbox) else { return }
            self.effects.append(.detach(number, session, isTold: false))
        case .typing(let mailbox, let member):
            guard let number = self.liveMailbox(mailbox, member) else {
                return self.answer(reply, .refused(.notPermitted))
            }
            self.effects.append(.announce(number, .typing(by: member)))
            self.answer(reply, .done)
        case .presence(let mailbox, let reader):
            guard let number = self.state.mailboxNumber(mailbox), self.state.mayRead(number, reader, .follower)
            else { return self.answer(reply, .refused(.notPermitted)) }
            self.effects.append(.presence(number, reply))
        case .memberships(let subject): self.answer(reply, .memberships(self.index.mailboxes(of: subject)))
        case .open(let subject, let session):
            self.index.open(subject, session)
            self.answer(reply, .memberships(self.index.mailboxes(of: subject)))
        case .close(let subject, let session): self.index.close(subject, session)
        case .membershipChanged(let subject, let mailbox, let joinedAt):
            self.changeMembership(of: subject, mailbox, joinedAt)
        case .disconnect(let subject, let tokenDigest, let code):
            for live in self.index.live(subject) where tokenDigest == nil || live.tokenDigest == tokenDigest {
                self.effects.append(.notify(live.session, .close(code)))
            }
            self.answer(reply, .done)
        default: preconditionFailure("a command about sessions")
        }
    }

    private func liveMailbox(_ mailbox: Address, _ member: Address) -> UInt32? {
        guard let number = self.state.mailboxNumber(mailbox),
            self.state.member(member, of: self.state.mailboxes[Int(number)]) != nil
        else { return nil }
        return number
    }

    private func changeMembership(of subject: Address, _ mailbox: Address, _ joinedAt: Seq?) {
        guard let joinedAt else { return self.index.leave(subject, mailbox) }
        guard self.index.join(subject, mailbox) else { return }
        for live in self.index.live(subject) {
            self.effects.append(.notify(live.session, .joined(mailbox, at: joinedAt)))
        }
    }

    private func attach(_ command: AttachCommand, _ reply: ReplyTarget) {
        let isOwn = command.mailbox == command.subject
        let known = self.state.mailboxNumber(command.mailbox)
        guard let number = known ?? (isOwn ? self.openOwn(command.mailbox) : nil),
            self.state.mayRead(number, .subject(command.subject), command.entitlement == .member ? .member : .follower)
        else { return self.answer(reply, .refused(self.refusal == nil || known != nil ? .notPermitted : .unavailable)) }
        self.effects.append(.attach(number, command, reply, self.missed(by: command, in: number)))
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
        let start: Seq
        switch command.start {
        case .head: return attached
        case .since(let seq): start = seq
        case .recover(let epoch, let seq):
            guard epoch == nil ? seq == .zero : epoch == row.epoch, seq <= row.head else { return attached }
            start = seq
        }
        guard row.head.rawValue - start.rawValue <= UInt64(self.limits.recoveryCountMax) else { return attached }
        let query = HistoryQuery(
            range: .after(start),
            countMax: self.limits.recoveryCountMax,
            bytesMax: self.limits.recoveryBytesMax
        )
        let page = self.state.history(of: number, query)
        guard !page.hasMore else { return attached }
        attached.messages = page.messages
        attached.isRecovered = true
        return attached
    }
}
