package import Primitives
package import Wire

/// Mailboxes, from outside the loops: what HTTP and the products use.
extension Engine {
    /// Appends a message; answers when it is as durable as the command says.
    ///
    /// Fails with `notPermitted`, `keyReused`, `noSuchReply`, `bodyTooLarge`, `storageFull`, `heldAfterRestore`
    /// or `unavailable`.
    package func publish(_ command: PublishCommand) async throws(EngineError) -> Published {
        if case .service = command.from, self.isOnHold { throw .heldAfterRestore }
        return try await self.publish(command, by: .publish(command))
    }

    /// Appends what a mailbox's own subject says in it, on a product's word that this may be; else as `publish`.
    package func reply(
        _ command: PublishCommand,
        followUps: [FollowUp] = []
    ) async throws(EngineError) -> Published {
        precondition(command.from.address == command.to, "a reply is in the speaker's own mailbox")
        return try await self.publish(command, by: .inbox(.reply(command, followUps)))
    }

    private func publish(
        _ command: PublishCommand,
        by shardCommand: ShardCommand
    ) async throws(EngineError) -> Published {
        let claim = try self.ledger.claim(command)
        do {
            guard case .published(let published) = try await self.ask(command.to, shardCommand)
            else { preconditionFailure("a publish is answered by its acknowledgement") }
            return published
        } catch {
            self.ledger.release(claim)
            throw error
        }
    }

    /// Makes a mailbox; under a known key with equal content it answers the first result.
    package func createMailbox(
        _ command: CreateMailboxCommand
    ) async throws(EngineError) -> (summary: MailboxSummary, isDuplicate: Bool) {
        let claim = try self.ledger.claim(command)
        do {
            guard case .created(let summary, let isDuplicate) = try await self.ask(command.address, .create(command))
            else { preconditionFailure("a creation is answered by what was made") }
            return (summary, isDuplicate)
        } catch {
            self.ledger.release(claim)
            throw error
        }
    }

    /// Changes who belongs to a mailbox.
    package func changeMembers(
        of mailbox: Address,
        by sender: Principal,
        _ change: MembershipChange
    ) async throws(EngineError) {
        _ = try await self.ask(mailbox, .change(mailbox, by: sender, change))
    }

    /// A page of a mailbox's log, for its members.
    package func history(
        of mailbox: Address,
        for reader: Principal,
        _ query: HistoryQuery
    ) async throws(EngineError) -> HistoryPage {
        guard case .history(let page) = try await self.ask(mailbox, .history(mailbox, reader, .member, query))
        else { preconditionFailure("history is answered by a page") }
        return page
    }

    /// One message, for members of its mailbox.
    package func message(_ mailbox: Address, _ seq: Seq, for reader: Principal) async throws(EngineError) -> Message {
        guard case .message(let message) = try await self.ask(mailbox, .message(mailbox, seq, reader))
        else { preconditionFailure("a message is answered by itself") }
        return message
    }

    /// What is known of a mailbox, as a member sees it.
    package func summary(of mailbox: Address, for reader: Principal) async throws(EngineError) -> MailboxSummary {
        guard case .summary(let summary) = try await self.ask(mailbox, .summary(mailbox, reader))
        else { preconditionFailure("a summary is answered by itself") }
        return summary
    }

    /// The mailboxes that a subject belongs to; its own mailbox is not among them.
    package func memberships(of subject: Address) async throws(EngineError) -> [Address] {
        guard case .memberships(let mailboxes) = try await self.ask(subject, .memberships(subject))
        else { preconditionFailure("memberships are answered by addresses") }
        return mailboxes
    }

    /// What the mailboxes that a subject belongs to are like to it, in no order: one listing from each loop.
    package func listings(of subject: Address) async throws(EngineError) -> [MailboxListing] {
        guard case .listings(let listings) = try await self.ask(subject, .listings(subject))
        else { preconditionFailure("listings are answered by themselves") }
        return listings
    }

    /// Moves a member's marks forward.
    package func acknowledge(
        in mailbox: Address,
        by member: Address,
        delivered: Seq?,
        read: Seq?
    ) async throws(EngineError) {
        let command = AcknowledgeCommand(mailbox: mailbox, member: member, delivered: delivered, read: read)
        _ = try await self.ask(mailbox, .acknowledge(command))
    }

    /// Closes the live sessions of a subject: all, or those that a token opened.
    package func closeSessions(of subject: Address, tokenDigest: String?, code: DisconnectCode) {
        let shard = self.router.shard(of: subject)
        let command = ShardCommand.disconnect(subject, tokenDigest: tokenDigest, code: code.rawValue)
        shard.context.submit(RoutedCommand(command: command, reply: .nobody, shard: shard))
    }
}
