import NIOCore
import Primitives

/// Sessions: who follows what, and who is there.
extension Shard {
    func handleLive(_ command: ShardCommand, _ reply: ReplyTarget) {
        switch command {
        case .attach(let attach): self.attach(attach, reply)
        case .detach(let mailbox, let session):
            guard let number = self.state.mailboxNumber(mailbox) else { return }
            self.abandonAttach(number, session)
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
}
