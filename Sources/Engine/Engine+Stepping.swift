package import Primitives

/// What whoever steps an engine by hand asks of it: the same commands, answered by a call instead of an `await`.
package enum SteppedCommand: Sendable {
    case publish(PublishCommand)
    case reply(PublishCommand)
    case create(CreateMailboxCommand)
    case change(Address, by: Principal, MembershipChange)
    case history(Address, for: Principal, HistoryQuery)
    case summary(Address, for: Principal)
    case memberships(Address)
    case listings(Address)
    case presence(Address, for: Principal)
    case document(DocumentCollection, String)
    case put(DocumentCollection, String, value: [UInt8], expecting: DocumentExpectation)
    case delete(DocumentCollection, String, expecting: DocumentExpectation)
    case schedule(DurableTask, unlessPresent: Bool)
    case finish(DurableTask, TaskResult)
    /// Of the shard where a mailbox lies.
    case inbox(InboxCommand, at: Address)
}

extension Engine {
    /// Asks a shard from outside the loops; `answered` is called on a loop, once, unless the engine is dropped.
    package func submit(_ command: SteppedCommand, _ answered: @escaping @Sendable (Answer) -> Void) {
        switch command {
        case .publish(let publish): self.submit(publish, by: .publish(publish), answered)
        case .reply(let reply): self.submit(reply, by: .inbox(.reply(reply, [])), answered)
        case .create(let create): self.submit(create, answered)
        case .change(let mailbox, let sender, let change):
            self.submit(.change(mailbox, by: sender, change), to: mailbox, answered)
        case .history(let mailbox, let reader, let query):
            self.submit(.history(mailbox, reader, .member, query), to: mailbox, answered)
        case .summary(let mailbox, let reader): self.submit(.summary(mailbox, reader), to: mailbox, answered)
        case .memberships(let subject): self.submit(.memberships(subject), to: subject, answered)
        case .listings(let subject): self.submit(.listings(subject), to: subject, answered)
        case .presence(let mailbox, let reader): self.submit(.presence(mailbox, reader), to: mailbox, answered)
        case .document(let collection, let key):
            let id = DocumentID(collection: collection, key: key)
            self.submit(.document(id), to: self.router.shard(of: id), answered)
        case .put(let collection, let key, let value, let expectation):
            let id = DocumentID(collection: collection, key: key)
            self.submit(.put(id, value, expectation), to: self.router.shard(of: id), answered)
        case .delete(let collection, let key, let expectation):
            let id = DocumentID(collection: collection, key: key)
            self.submit(.delete(id, expectation), to: self.router.shard(of: id), answered)
        case .schedule(let task, let unlessPresent):
            let command = ShardCommand.schedule(task, unlessPresent: unlessPresent)
            self.submit(command, to: self.router.shard(ofTask: task.id), answered)
        case .finish(let task, let result):
            self.submit(.finish(task, result), to: self.router.shard(ofTask: task.id), answered)
        case .inbox(let command, let mailbox): self.submit(.inbox(command), to: mailbox, answered)
        }
    }

    /// One shard: the position of its last record, and its hash when the position is another than `known`.
    package func look(at shard: Int, known: JournalPosition?) -> (position: JournalPosition, hash: StateHash?) {
        self.router.shards[shard].assumeIsolated { shard in
            (shard.position, shard.position == known ? nil : shard.state.hash())
        }
    }

    /// What one shard has counted of drivers' messages.
    package func counts(of shard: Int) -> ShardCounts {
        self.router.shards[shard].assumeIsolated { ShardCounts($0.state) }
    }

    package var shardCount: Int { self.router.shards.count }

    private func submit(
        _ publish: PublishCommand,
        by command: ShardCommand,
        _ answered: @escaping @Sendable (Answer) -> Void
    ) {
        do throws(EngineError) {
            let claim = try self.ledger.claim(publish)
            self.submit(command, to: publish.to, self.releasing(claim, answered))
        } catch {
            answered(.refused(error))
        }
    }

    private func submit(_ create: CreateMailboxCommand, _ answered: @escaping @Sendable (Answer) -> Void) {
        do throws(EngineError) {
            let claim = try self.ledger.claim(create)
            self.submit(.create(create), to: create.address, self.releasing(claim, answered))
        } catch {
            answered(.refused(error))
        }
    }

    private func submit(
        _ command: ShardCommand,
        to address: Address,
        _ answered: @escaping @Sendable (Answer) -> Void
    ) {
        self.submit(command, to: self.router.shard(of: address), answered)
    }

    private func submit(_ command: ShardCommand, to shard: Shard, _ answered: @escaping @Sendable (Answer) -> Void) {
        shard.context.submit(RoutedCommand(command: command, reply: .waiter(Waiter(resume: answered)), shard: shard))
    }

    /// A key whose command is refused is given back, as everywhere.
    private func releasing(
        _ claim: KeyLedger.Claim?,
        _ answered: @escaping @Sendable (Answer) -> Void
    ) -> @Sendable (Answer) -> Void {
        { answer in
            if case .refused = answer { self.ledger.release(claim) }
            answered(answer)
        }
    }
}
