package import Policies
package import Primitives

/// Inboxes, from outside the loops.
extension Engine {
    /// What there is for a driver, without a message; of an unknown one, nothing.
    package func news(of driver: Address) async throws(EngineError) -> InboxNews {
        guard case .news(let news) = try await self.askInbox(driver, .news(driver))
        else { preconditionFailure("news are answered by themselves") }
        return news
    }

    /// Adds marks to messages, and writes down what is to follow; durable when it answers how many of them are there.
    package func mark(
        _ marks: [MessageMark],
        of driver: Address,
        followUps: [FollowUp] = []
    ) async throws(EngineError) -> Int {
        guard case .marked(let count) = try await self.askInbox(driver, .mark(driver, marks, followUps))
        else { preconditionFailure("marks are answered by their number") }
        return count
    }

    /// Decides on offers of one item, each at its recipient; the answers come in no order, refusals left out.
    package func offer(_ offers: [Offer]) async throws(EngineError) -> [Offered] {
        if self.isOnHold { throw .heldAfterRestore }
        let commands = offers.map { (ShardCommand.inbox(.offer($0)), self.router.shard(of: $0.publish.to)) }
        var offered: [Offered] = []
        for answer in try await self.gather(commands) {
            switch answer {
            case .inbox(.offered(let one)): offered.append(one)
            case .refused(let error): throw error
            default: preconditionFailure("an offer is answered by what was decided")
            }
        }
        return offered
    }

    /// What offers would come to now, in no order; nothing does.
    package func weigh(
        _ offers: [Offer]
    ) async throws(EngineError) -> [(recipient: Address, decision: Policies.Decision)] {
        let commands = offers.map { (ShardCommand.inbox(.weigh($0)), self.router.shard(of: $0.publish.to)) }
        var weighed: [(recipient: Address, decision: Policies.Decision)] = []
        for case .inbox(.weighed(let recipient, let decision)) in try await self.gather(commands) {
            weighed.append((recipient, decision))
        }
        return weighed
    }

    /// What the policy has said of a recipient, and what it counted.
    package func past(of recipient: Address) async throws(EngineError) -> PolicyPast {
        guard case .past(let past) = try await self.askInbox(recipient, .past(recipient))
        else { preconditionFailure("the past is answered by itself") }
        return past
    }

    /// Documents that lie with the mailboxes of their subjects, by key; those that are not there are left out.
    package func documents(
        _ collection: DocumentCollection,
        of subjects: [Address]
    ) async throws(EngineError) -> [String: Document] {
        let commands = subjects.map { subject in
            let id = DocumentID(collection: collection, key: subject.description)
            return (ShardCommand.document(id), self.router.shard(of: id))
        }
        var documents: [String: Document] = [:]
        for case .document(let document?) in try await self.gather(commands) { documents[document.key] = document }
        return documents
    }

    /// Takes an item back from all who have not seen it; the answer is their number.
    package func withdraw(
        _ item: String,
        as state: CopyState,
        followUps: [FollowUp] = []
    ) async throws(EngineError) -> Int {
        var count = 0
        for shard in self.router.shards {
            var start: Int? = 0
            while let from = start {
                let command = InboxCommand.withdraw(item: item, as: state, from: from, followUps)
                guard case .inbox(.withdrawn(let some, let next)) = try await self.ask(shard, .inbox(command))
                else { preconditionFailure("a withdrawal is answered by its number") }
                count += some
                start = next
            }
        }
        return count
    }

    /// Copies of an item, a slice of a shard at a time, as long as `body` wants more;
    /// `body` is told where what follows the copy begins.
    package func forEachCopy(
        of item: String,
        from place: CopyPlace = CopyPlace(),
        _ body: (HeldCopy, CopyPlace) -> Bool
    ) async throws(EngineError) {
        var place = place
        while place.shard < self.router.shards.count {
            let command = InboxCommand.copies(item: item, from: place.start)
            guard
                case .inbox(.copies(let copies, let next)) = try await self.ask(
                    self.router.shards[place.shard],
                    .inbox(command)
                )
            else { preconditionFailure("copies are answered by themselves") }
            for copy in copies {
                guard body(copy, CopyPlace(shard: place.shard, start: copy.place + 1)) else { return }
            }
            place = next.map { CopyPlace(shard: place.shard, start: $0) } ?? CopyPlace(shard: place.shard + 1)
        }
    }

    /// What was decided for a recipient, oldest first.
    package func decisions(on recipient: Address) async throws(EngineError) -> [ItemDecision] {
        guard case .decisions(let decisions) = try await self.askInbox(recipient, .decisions(recipient))
        else { preconditionFailure("decisions are answered by themselves") }
        return decisions
    }

    /// All drivers that are known: by a profile, or by a mailbox.
    package func drivers() async throws(EngineError) -> [Address] {
        let answers = try await self.gather(self.router.shards.map { (.inbox(.drivers), $0) })
        return answers.flatMap { answer -> [Address] in
            guard case .memberships(let drivers) = answer else { return [] }
            return drivers
        }
    }

    /// Who belongs to a mailbox; nobody, when it is not there.
    package func members(of mailbox: Address) async throws(EngineError) -> [Address] {
        guard case .memberships(let members) = try await self.ask(mailbox, .inbox(.members(mailbox)))
        else { preconditionFailure("members are answered by addresses") }
        return members
    }

    /// How one message stands with its reader.
    package func standing(of seq: Seq, of reader: Address) async throws(EngineError) -> MessageStanding {
        guard case .standing(let standing) = try await self.askInbox(reader, .standing(reader, seq))
        else { preconditionFailure("a message's standing is answered by itself") }
        return standing
    }

    /// Notes that an item's push failed for good: it no longer counts as one, but as what the recipient's log got.
    package func pushFailed(_ item: String, of recipient: Address) async throws(EngineError) {
        _ = try await self.askInbox(recipient, .pushFailed(recipient, item: item))
    }

    private func askInbox(_ address: Address, _ command: InboxCommand) async throws(EngineError) -> InboxAnswer {
        guard case .inbox(let answer) = try await self.ask(address, .inbox(command))
        else { preconditionFailure("a question about an inbox is answered by what is there") }
        return answer
    }
}

/// Where reading an item's copies goes on: holders keep their order as long as the process runs.
package struct CopyPlace: Equatable, Sendable {
    package var shard: Int
    package var start: Int

    package init(shard: Int = 0, start: Int = 0) {
        self.shard = shard
        self.start = start
    }
}
