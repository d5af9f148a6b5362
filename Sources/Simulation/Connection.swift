import Engine
import NIOCore
import Primitives

/// One session of a client, on both of its ends: what the server's edge does for it, and where its client stands.
final class Connection: SessionDelegate {
    /// What stands in the stream of frames without being one of the lane's.
    enum Mark {
        case attached(Int, Attached)
        case removed(Int)
    }

    /// What a command was, for its answer.
    enum Ticket {
        case signIn
        case attach(Int, Book.Membership)
        case publish(Attempting)
        case acknowledge(Int, Seq)
        case history(Int)
        case typing(Int)
    }

    let client: Client
    let loop: SteppedLoop
    let link: Link
    private unowned let world: World
    private var openPort: SessionPort?
    private var tickets: [UInt32: Ticket] = [:]
    private var commandCount: UInt32 = 0
    /// Mailboxes that have not answered since the session signed in; nil before it did.
    private var missing: Int?
    private var isOpen = false
    private var deferred: [SessionEvent] = []
    /// As the edge sees it.
    private(set) var following: Set<Int> = []
    private(set) var marks: [Mark] = []
    /// The next offset of each mailbox, as the client sees it.
    var reading: [UInt64?] = Array(repeating: nil, count: Scenery.mailboxes.count)
    /// By mailbox: the last command that was acknowledged as new, and where its message stands.
    private var newest: [Int: (id: UInt32, seq: UInt64)] = [:]
    /// The edge wants it closed.
    private(set) var mustClose = false

    private var port: SessionPort {
        guard let port = self.openPort else { preconditionFailure("a session has its port from its start") }
        return port
    }

    /// What others see of it.
    var clientID: ClientID { self.port.client }

    /// Whether the reply to `connect` is out.
    var isReady: Bool { self.isOpen }

    init(_ client: Client, _ engine: Engine, on loop: Int, _ world: World) {
        self.client = client
        self.world = world
        self.loop = world.loops.loops[loop]
        self.link = Link(queuedBytesMax: world.settings.outboxBytesMax)
        self.loop.run {
            self.openPort = SessionPort(
                engine: engine,
                context: engine.contexts[loop],
                outlet: self.link.outlet,
                variant: .json,
                delegate: self
            )
            self.port.signIn(client.address, tokenDigest: nil, self.expect(.signIn))
            self.port.flush()
        }
    }

    func publish(_ attempting: Attempting) {
        self.loop.run {
            let command = self.world.book.attempts[attempting.number].command
            let context = self.expect(.publish(attempting), .publish)
            do throws(EngineError) {
                try self.port.publish(command, context)
                self.port.flush()
            } catch {
                self.answered(context, .refused(error))
            }
        }
    }

    func acknowledge(_ mailbox: Int, _ seq: Seq, isRead: Bool) {
        self.loop.run {
            self.port.acknowledge(
                Scenery.mailboxes[mailbox],
                by: self.client.address,
                delivered: seq,
                read: isRead ? seq : nil,
                self.expect(.acknowledge(mailbox, isRead ? seq : .zero))
            )
            self.port.flush()
        }
    }

    func history(_ mailbox: Int, _ query: HistoryQuery) {
        self.loop.run {
            let context = self.expect(.history(mailbox))
            self.port.history(Scenery.mailboxes[mailbox], for: self.client.address, query, context)
            self.port.flush()
        }
    }

    func type(in mailbox: Int) {
        self.loop.run {
            self.port.typing(Scenery.mailboxes[mailbox], by: self.client.address, self.expect(.typing(mailbox)))
            self.port.flush()
        }
    }

    /// Follows what is public, or does so no more.
    func toggle(_ mailbox: Int) {
        self.loop.run {
            if self.following.contains(mailbox) {
                self.following.remove(mailbox)
                self.reading[mailbox] = nil
                self.port.detach(Scenery.mailboxes[mailbox])
            } else {
                self.attach(mailbox, .follower, since: nil)
            }
            self.port.flush()
        }
    }

    /// The connection is gone, and the server notices.
    func close() {
        self.loop.run {
            let following = self.following.sorted().map { Scenery.mailboxes[$0] }
            self.port.close(subject: self.client.address, following: following)
        }
        self.link.cut()
    }

    func answered(_ context: ReplyContext, _ answer: Answer) {
        guard let ticket = self.tickets.removeValue(forKey: context.command) else {
            return self.world.judge.fail(
                .firstAnswer,
                "client \(self.client.number): \(context.command) answered again"
            )
        }
        switch (ticket, answer) {
        case (.signIn, .memberships(let mailboxes)): self.signedIn(mailboxes)
        case (.signIn, _): self.mustClose = true
        case (.attach(let mailbox, let before), .refused(let error)): self.refused(mailbox, before, error)
        case (.publish(let attempting), .refused(let error)): self.world.refused(attempting, error)
        case (.acknowledge(let mailbox, let seq), .done):
            self.world.book.saw(read: seq.rawValue, of: self.client.user, in: mailbox, isAtLeast: true)
        case (.history(let mailbox), .history(let page)):
            self.world.book.sawEpoch(page.epoch, of: mailbox)
            for message in page.messages { self.world.book.saw(message, in: mailbox) }
        case (.typing, .done): break
        case (_, .refused): break
        default: self.world.judge.fail(.firstAnswer, "client \(self.client.number): \(answer) for \(ticket)")
        }
    }

    /// The lane's own answer to a publish, once the client has read it.
    func acknowledged(_ id: UInt32, _ answer: Told) {
        guard case .publish(let attempting)? = self.tickets.removeValue(forKey: id) else {
            return self.world.judge.fail(.firstAnswer, "client \(self.client.number): \(id) acknowledged again")
        }
        let mailbox = self.world.book.attempts[attempting.number].mailbox
        if !answer.isDuplicate {
            if let last = self.newest[mailbox] {
                self.world.judge.expect(
                    last.id < id && last.seq < answer.seq,
                    .order,
                    "client \(self.client.number): command \(last.id) at \(last.seq), \(id) at \(answer.seq)"
                )
            }
            self.newest[mailbox] = (id, answer.seq)
        }
        self.world.acknowledged(attempting, answer)
    }

    func attached(_ context: ReplyContext?, _ attached: Attached) {
        guard let context, case .attach(let mailbox, _)? = self.tickets.removeValue(forKey: context.command) else {
            return self.world.judge.fail(.gapFree, "client \(self.client.number): attached without asking")
        }
        self.mark(.attached(mailbox, attached))
        self.gathered()
    }

    func happened(_ event: SessionEvent) {
        if !self.isOpen { return self.deferred.append(event) }
        switch event {
        case .joined(let address, let seq):
            guard let mailbox = Scenery.number(of: address), !self.following.contains(mailbox) else { return }
            self.attach(mailbox, .member, since: seq)
            self.port.flush()
        case .removed(let address):
            guard let mailbox = Scenery.number(of: address), self.following.remove(mailbox) != nil else { return }
            self.mark(.removed(mailbox))
        case .close: self.mustClose = true
        }
    }

    func fellBehind() { self.mustClose = true }

    private func expect(_ ticket: Ticket, _ form: ReplyContext.Form = .other) -> ReplyContext {
        self.commandCount += 1
        self.tickets[self.commandCount] = ticket
        return ReplyContext(command: self.commandCount, form: form)
    }

    private func mark(_ mark: Mark) {
        self.port.write(FrameReader.marker(self.marks.count))
        self.marks.append(mark)
    }

    /// Follows its own mailbox and all that its subject belongs to.
    private func signedIn(_ memberships: [Address]) {
        let mailboxes = memberships.compactMap { Scenery.number(of: $0) }
        let own = Scenery.own(of: self.client.user)
        self.missing = mailboxes.count + 1
        for mailbox in [own] + mailboxes { self.attach(mailbox, .member, since: nil) }
        self.port.flush()
    }

    private func attach(_ mailbox: Int, _ entitlement: AttachCommand.Entitlement, since seq: Seq?) {
        self.following.insert(mailbox)
        var start = AttachCommand.Start.head
        if let seq {
            start = .since(seq)
        } else if let known = self.client.known[mailbox] {
            start = .recover(known.epoch, Seq(rawValue: known.offset))
        }
        let membership = self.world.book.mailboxes[mailbox].members[self.client.user]
        self.port.attach(
            Scenery.mailboxes[mailbox],
            as: self.client.address,
            entitlement,
            from: start,
            self.expect(.attach(mailbox, membership))
        )
    }

    private func refused(_ mailbox: Int, _ before: Book.Membership, _ error: EngineError) {
        self.following.remove(mailbox)
        if error == .notPermitted, before.state == .member {
            let present = self.world.book.mailboxes[mailbox].members[self.client.user]
            self.world.judge.expect(
                present.version != before.version,
                .membership,
                "u\(self.client.user) belongs to \(Scenery.mailboxes[mailbox]), and may not follow it"
            )
        }
        self.gathered()
    }

    /// One mailbox of those that the session began with has answered.
    private func gathered() {
        guard !self.isOpen, let missing = self.missing else { return }
        self.missing = missing - 1
        guard missing == 1 else { return }
        self.isOpen = true
        self.port.uncork()
        let events = self.deferred
        self.deferred = []
        for event in events { self.happened(event) }
        self.port.flush()
    }
}
