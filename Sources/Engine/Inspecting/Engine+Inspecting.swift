import Journaling
import NIOCore
import NIOPosix
package import Primitives
package import Snapshots
package import Wire

/// What operators look at, from outside the loops: slice by slice, so that no loop stands still for it.
extension Engine {
    /// Slices that one call looks through: about a quarter of a million mailboxes.
    private static let slicesMax = 1024

    /// A page of mailboxes, and where the next begins; a page may be short, or empty, when few fit.
    package func mailboxes(
        _ filter: MailboxFilter,
        from place: CopyPlace = CopyPlace()
    ) async throws(EngineError) -> (found: [MailboxFacts], next: CopyPlace?) {
        var place = place, found: [MailboxFacts] = []
        for _ in 0..<Self.slicesMax {
            guard place.shard < self.router.shards.count, let start = UInt32(exactly: place.start)
            else { return (found, nil) }
            guard found.count < filter.countMax else { break }
            var rest = filter
            rest.countMax -= found.count
            let command = ShardCommand.inspect(.mailboxes(rest, from: start))
            guard
                case .inspected(.mailboxes(let some, let next)) = try await self.ask(
                    self.router.shards[place.shard],
                    command
                )
            else { preconditionFailure("a question for mailboxes is answered by them") }
            found += some
            place = next.map { CopyPlace(shard: place.shard, start: Int($0)) } ?? CopyPlace(shard: place.shard + 1)
        }
        return (found, place.shard < self.router.shards.count ? place : nil)
    }

    /// One mailbox with a page of its members, and where the next page begins.
    ///
    /// Fails with `notFound`.
    package func mailbox(
        _ address: Address,
        _ range: MemberRange
    ) async throws(EngineError) -> (facts: MailboxFacts, members: [MemberFacts], next: UInt32?) {
        guard
            case .inspected(.mailbox(let facts, let members, let next)) = try await self.ask(
                address,
                .inspect(.mailbox(address, range))
            )
        else { preconditionFailure("a question for a mailbox is answered by it") }
        return (facts, members, next)
    }

    /// The tasks of all shards: one shard after the other.
    package func tasks(_ filter: TaskFilter) async throws(EngineError) -> TaskFacts {
        var facts = TaskFacts()
        for shard in self.router.shards {
            guard case .inspected(.tasks(let some)) = try await self.ask(shard, .inspect(.tasks(filter)))
            else { preconditionFailure("a question for tasks is answered by them") }
            facts.add(some, countMax: filter.countMax)
        }
        return facts
    }

    /// Makes a task due now; durable when it returns.
    ///
    /// Fails with `notFound`, or with `conflict` while a worker has it.
    package func hasten(task id: String) async throws(EngineError) {
        _ = try await self.ask(self.router.shard(ofTask: id), .inspect(.hasten(task: id)))
    }

    /// Forgets a task that was not done; durable when it returns.
    ///
    /// Fails with `notFound`. What a worker does with it meanwhile is not undone.
    package func drop(task id: String) async throws(EngineError) {
        _ = try await self.ask(self.router.shard(ofTask: id), .inspect(.drop(task: id)))
    }

    /// A page of live sessions by loop and slot, and where the next begins.
    package func sessions(
        of subject: Address?,
        from place: CopyPlace = CopyPlace(),
        countMax: Int
    ) async throws(EngineError) -> (found: [SessionFacts], next: CopyPlace?) {
        var place = place, found: [SessionFacts] = []
        while place.shard < self.contexts.count, found.count < countMax {
            guard self.isReady else { throw .unavailable }
            let context = self.contexts[place.shard], start = place.start, rest = countMax - found.count
            let slice = try? await context.eventLoop.submit {
                context.lane.sessionFacts(of: subject, from: start, countMax: rest)
            }.get()
            guard let slice else { throw .unavailable }
            found += slice.found
            place = slice.next.map { CopyPlace(shard: place.shard, start: $0) } ?? CopyPlace(shard: place.shard + 1)
        }
        return (found, place.shard < self.contexts.count ? place : nil)
    }

    /// Closes one session.
    ///
    /// Fails with `notFound` when it is gone.
    package func close(_ session: SessionRef, code: DisconnectCode) async throws(EngineError) {
        guard Int(session.loop) < self.contexts.count else { throw .notFound }
        let context = self.contexts[Int(session.loop)]
        let isClosed = try? await context.eventLoop.submit {
            defer { context.flushSoon() }
            return context.lane.expel(session, code: code)
        }.get()
        guard let isClosed else { throw .unavailable }
        guard isClosed else { throw .notFound }
    }

    /// The snapshots of the data directory, newest first; their contents are not checked.
    ///
    /// Fails with `unavailable`.
    package func snapshots() async throws(EngineError) -> [SnapshotEntry] {
        let directory = StateLoader.snapshots(in: self.configuration.directory)
        let catalog = SnapshotCatalog(disk: self.configuration.disk, directory: directory)
        let entries = try? await NIOThreadPool.singleton.runIfActive { try catalog.list() }
        guard let entries else { throw .unavailable }
        return entries
    }

    /// How far the journal has come on disk.
    package var syncedPosition: JournalPosition { self.journal.progress.synced }
}
