import Primitives

/// Reading a mailbox: from memory at once, or from the cold store after a while.
extension Shard {
    func handleReading(_ command: ShardCommand, _ reply: ReplyTarget) {
        switch command {
        case .history(let mailbox, let reader, let access, let query):
            self.read(mailbox, reader, access, reply) { number in
                let draft = self.state.history(of: number, query)
                if let page = draft.page {
                    self.answer(reply, .history(page))
                } else {
                    self.readCold(reply, .history(draft))
                }
            }
        case .message(let mailbox, let seq, let reader):
            self.read(mailbox, reader, .member, reply) { number in
                if let message = self.state.message(seq, in: number) { return self.answer(reply, .message(message)) }
                guard self.state.coldSeqs(of: number)?.contains(seq) == true
                else { return self.answer(reply, .refused(.notFound)) }
                self.readCold(reply, .message(mailbox, seq))
            }
        case .summary(let mailbox, let reader):
            self.read(mailbox, reader, .member, reply) { number in
                self.answer(reply, .summary(self.state.summary(of: number, for: reader.address)))
            }
        case .listings(let subject): self.list(subject, reply)
        case .list(let mailboxes, let reader): self.context.listings.want(mailboxes, for: reader, reply)
        default: preconditionFailure("a command that reads")
        }
    }

    private func read(
        _ mailbox: Address,
        _ reader: Principal,
        _ access: ShardState.ReadAccess,
        _ reply: ReplyTarget,
        _ read: (UInt32) -> Void
    ) {
        guard let number = self.state.mailboxNumber(mailbox), self.state.mayRead(number, reader, access)
        else { return self.answer(reply, .refused(.notPermitted)) }
        read(number)
    }
}
