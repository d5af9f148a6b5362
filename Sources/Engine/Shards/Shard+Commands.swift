import NIOCore
import Primitives

/// From a command to a decision, and from the decision to effects.
extension Shard {
    /// Takes one command; its effects wait until `endBatch` and the disk.
    func handle(_ command: ShardCommand, _ reply: ReplyTarget, at now: Timestamp) {
        switch command {
        case .publish(let publish): self.publish(publish, reply, at: now)
        case .create(let create): self.create(create, reply, at: now)
        case .change(let mailbox, let sender, let change): self.change(mailbox, by: sender, change, reply)
        case .acknowledge(let acknowledge): self.acknowledge(acknowledge, reply)
        case .history, .message, .summary, .listings, .list: self.handleReading(command, reply)
        case .typing, .presence, .attach, .detach, .memberships, .open, .close, .membershipChanged, .disconnect:
            self.handleLive(command, reply)
        case .feed(let command): self.feed(command)
        case .inbox(let command): self.handleInbox(command, reply, at: now)
        case .inspect(let command): self.inspect(command, reply, at: now)
        case .document, .put, .delete: self.handleDocument(command, reply)
        case .schedule(let task, let unlessPresent): self.schedule(task, unlessPresent: unlessPresent, reply)
        case .finish(let task, let result): self.finish(task, result, reply)
        }
    }

    /// Answers a command.
    func answer(_ reply: ReplyTarget, _ answer: Answer) {
        if case .refused(let error) = answer { self.context.countRefusal(error) }
        if case .nobody = reply { return }
        self.effects.append(.reply(reply, answer))
    }

    /// Lends the state where it is: for a call on `self.state` that changes something else of the shard, the compiler
    /// copies it, which takes a retain for each of its tables.
    @inline(__always)
    static func inPlace<Outcome>(
        _ state: inout ShardState,
        _ other: inout ByteBuffer,
        _ body: (inout ShardState, inout ByteBuffer) -> Outcome
    ) -> Outcome { body(&state, &other) }

    /// Lends the state where it is, for reading.
    @inline(__always)
    static func inPlace<Outcome>(_ state: inout ShardState, _ body: (borrowing ShardState) -> Outcome) -> Outcome {
        body(state)
    }

    func publish(
        _ command: PublishCommand,
        _ reply: ReplyTarget,
        isReply: Bool = false,
        followUps: [FollowUp] = [],
        at now: Timestamp
    ) {
        if let refusal = self.refusal { return self.answer(reply, .refused(refusal)) }
        guard command.body.readableBytes <= self.limits.bodyBytesMax else {
            let refusal = EngineError.bodyTooLarge(
                bytes: command.body.readableBytes,
                bytesMax: self.limits.bodyBytesMax
            )
            return self.answer(reply, .refused(refusal))
        }
        guard let number = self.mailbox(for: command, isReply: isReply, at: now)
        else { return self.answer(reply, .refused(.notPermitted)) }
        let (decision, durability) = Self.inPlace(&self.state, &self.record) { state, record in
            let decision = state.decide(
                command,
                to: number,
                key: command.keyRecord,
                isReply: isReply,
                at: now,
                into: &record
            )
            return (decision, state.promise(command.durability, in: number))
        }
        switch decision {
        case .refuse(let error): self.answer(reply, .refused(error))
        case .answer(let first):
            self.context.countPublish(first)
            self.answer(reply, .published(first))
        case .apply(let kind, let published):
            if !followUps.isEmpty {
                self.follow(followUps, command.to, [FollowedMessage(seq: published.seq, at: now)], at: now)
            }
            self.commit(kind, durability: durability)
            self.context.countPublish(published)
            self.answer(reply, .published(published))
            self.effects.append(.broadcast(number, published.seq))
        }
    }

    private func mailbox(for command: PublishCommand, isReply: Bool, at now: Timestamp) -> UInt32? {
        let known = Self.inPlace(&self.state, &self.record) { state, _ in state.mailboxNumber(command.to) }
        if let known { return known }
        if isReply { return self.openMailbox(command.to, members: [], at: now) }
        return self.openMailbox(for: command, at: now)
    }

    /// The first message makes a direct chat, or a subject's own mailbox.
    private func openMailbox(for command: PublishCommand, at now: Timestamp) -> UInt32? {
        guard command.replyTo == nil else { return nil }
        switch (command.to.kind, command.from) {
        case (.direct, .subject(let sender)):
            let sides = command.to.directUserIDs.map { Address(trusted: .user, id: $0) }
            guard sides.contains(sender) else { return nil }
            return self.openMailbox(command.to, members: sides, at: now)
        case (.user, .service), (.driver, .service), (.device, .service):
            return self.openMailbox(command.to, members: [], at: now)
        default: return nil
        }
    }

    /// Makes a mailbox that nobody has to ask for.
    func openMailbox(_ address: Address, members: [Address], at now: Timestamp) -> UInt32? {
        let distinct = members.first == members.last ? Array(members.prefix(1)) : members
        let create = CreateMailboxCommand(address: address, title: "", owner: nil, members: distinct)
        guard case .apply(let kind, _) = self.decideCreation(create, at: now) else { return nil }
        self.commit(kind)
        self.tellJoined(distinct, address, at: .zero)
        return self.state.mailboxNumber(address)
    }

    private func decideCreation(_ create: CreateMailboxCommand, at now: Timestamp) -> Decision<Bool> {
        let epoch = Epoch(rawValue: .random(in: 1 ... .max, using: &self.context.generator))
        return self.state.decide(create, at: now, epoch: epoch, limits: self.limits, into: &self.record)
    }

    private func create(_ command: CreateMailboxCommand, _ reply: ReplyTarget, at now: Timestamp) {
        if let refusal = self.refusal { return self.answer(reply, .refused(refusal)) }
        let isDuplicate: Bool
        switch self.decideCreation(command, at: now) {
        case .refuse(let error): return self.answer(reply, .refused(error))
        case .answer(let known): isDuplicate = known
        case .apply(let kind, let known):
            self.commit(kind)
            isDuplicate = known
            var joined = command.members
            if let owner = command.owner, !joined.contains(owner) { joined.append(owner) }
            self.tellJoined(joined, command.address, at: .zero)
        }
        guard let number = self.state.mailboxNumber(command.address) else { preconditionFailure("it was made") }
        self.answer(reply, .created(self.state.summary(of: number, for: command.owner), isDuplicate: isDuplicate))
    }

    private func change(_ mailbox: Address, by sender: Principal, _ change: MembershipChange, _ reply: ReplyTarget) {
        if let refusal = self.refusal { return self.answer(reply, .refused(refusal)) }
        guard let number = self.state.mailboxNumber(mailbox) else { return self.answer(reply, .refused(.notPermitted)) }
        switch self.state.decide(change, of: number, by: sender, limits: self.limits, into: &self.record) {
        case .refuse(let error): return self.answer(reply, .refused(error))
        case .answer: break
        case .apply(let kind, let concerned):
            let head = self.state.mailboxes[Int(number)].head
            self.commit(kind)
            switch change {
            case .add: self.tellJoined(concerned, mailbox, at: head)
            case .remove(let member):
                self.effects.append(.expel(number, member))
                self.effects.append(.route(member, .membershipChanged(member, mailbox: mailbox, joinedAt: nil)))
            case .setAdmin: break
            }
        }
        self.answer(reply, .done)
    }

    private func tellJoined(_ members: [Address], _ mailbox: Address, at head: Seq) {
        for member in members {
            self.effects.append(.route(member, .membershipChanged(member, mailbox: mailbox, joinedAt: head)))
        }
    }

    private func acknowledge(_ command: AcknowledgeCommand, _ reply: ReplyTarget) {
        if let refusal = self.refusal { return self.answer(reply, .refused(refusal)) }
        guard let number = self.state.mailboxNumber(command.mailbox)
        else { return self.answer(reply, .refused(.notPermitted)) }
        if let seqs = self.state.uncountedSeqs(command, in: number) {
            let read = self.state.member(command.member, of: self.state.mailboxes[Int(number)])?.row.read ?? .zero
            return self.readCold(reply, .acknowledge(command, seqs, after: read))
        }
        switch self.state.decide(command, in: number, into: &self.record) {
        case .refuse(let error): return self.answer(reply, .refused(error))
        case .answer: break
        case .apply(let kind, let advanced):
            self.commit(kind)
            guard let advanced else { break }
            let receipt = Announcement.receipt(by: command.member, delivered: advanced.delivered, read: advanced.read)
            self.effects.append(.announce(number, receipt))
        }
        self.answer(reply, .done)
    }
}
