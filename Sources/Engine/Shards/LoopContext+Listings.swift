import Primitives

/// The listings of one loop: those that were asked for in this tick, and those that wait for the disk.
struct LoopListings {
    private struct Wanted {
        var mailboxes: [Address]
        var reader: Address
        var reply: ReplyTarget
    }

    private struct Read {
        var listing: MailboxListing
        /// The last record of the shards that were read.
        var position: JournalPosition
        var reply: ReplyTarget
    }

    private var wanted: [Wanted] = []
    private var read: [Read] = []

    var isEmpty: Bool { self.wanted.isEmpty && self.read.isEmpty }

    /// Notes what is asked of this loop.
    mutating func want(_ mailboxes: [Address], for reader: Address, _ reply: ReplyTarget) {
        self.wanted.append(Wanted(mailboxes: mailboxes, reader: reader, reply: reply))
    }

    /// Reads what was asked for, between two batches of the shards: each record that was applied has its position.
    mutating func readWanted(_ router: Router) {
        for wanted in self.wanted {
            var read = Read(listing: MailboxListing(of: wanted.mailboxes.count), position: .zero, reply: wanted.reply)
            for address in wanted.mailboxes {
                router.shard(of: address).assumeIsolated { shard in
                    read.position = max(read.position, shard.position)
                    Shard.inPlace(&shard.state) { $0.list(address, for: wanted.reader, in: &read.listing) }
                }
            }
            self.read.append(read)
        }
        self.wanted.removeAll(keepingCapacity: true)
    }

    /// Gives out those whose records are on disk: what a reader is told never runs ahead of it.
    mutating func release(synced: JournalPosition, _ tell: (MailboxListing, ReplyTarget) -> Void) {
        self.read.removeAll { read in
            guard read.position <= synced else { return false }
            tell(read.listing, read.reply)
            return true
        }
    }

    /// Forgets all, and returns who asked.
    mutating func removeAll() -> [ReplyTarget] {
        defer { self = LoopListings() }
        return self.wanted.map(\.reply) + self.read.map(\.reply)
    }
}

extension Shard {
    /// Sends a subject's mailboxes to their loops, a part to each, and all listings to who asked.
    func list(_ subject: Address, _ reply: ReplyTarget) {
        guard case .waiter(let waiter) = reply
        else { preconditionFailure("listings are asked for from outside the loops") }
        let parts = self.context.parts(self.index.mailboxes(of: subject))
        guard !parts.isEmpty else { return self.answer(reply, .listings([])) }
        let gathering = Gathering(of: parts.count) { waiter.resume(Answer(joining: $0)) }
        let part = ReplyTarget.waiter(Waiter { gathering.take($0) })
        for (shard, mailboxes) in parts {
            self.context.route(RoutedCommand(command: .list(mailboxes, for: subject), reply: part), to: shard)
        }
    }
}

extension LoopContext {
    /// Mailboxes by their loops, each with one of its shards.
    fileprivate func parts(_ mailboxes: [Address]) -> [(Shard, [Address])] {
        guard let router = self.router else { return [] }
        var parts = self.peers.map { _ in [Address]() }
        for mailbox in mailboxes { parts[Int(router.shard(of: mailbox).context.number)].append(mailbox) }
        return parts.compactMap { part in part.first.map { (router.shard(of: $0), part) } }
    }
}

extension Answer {
    /// The listings of several loops; refused when one of them is.
    fileprivate init(joining answers: [Answer]) {
        var listings: [MailboxListing] = []
        for answer in answers {
            guard case .listings(let part) = answer else {
                self = answer
                return
            }
            listings += part
        }
        self = .listings(listings)
    }
}

extension ShardState {
    /// Adds a mailbox to what a member sees; nothing when the reader is no member (any more).
    fileprivate func list(_ address: Address, for reader: Address, in listing: inout MailboxListing) {
        guard let number = self.mailboxNumber(address),
            let member = self.member(reader, of: self.mailboxes[Int(number)])?.row
        else { return }
        listing.append(address, number, member, of: self)
    }
}
