package import NIOCore
package import Primitives

/// A connection's way into the engine, on its own loop: commands gather until `flush`, at the end of a read.
package final class SessionPort {
    package let session: SessionRef
    package let client: ClientID
    /// What holds now.
    package var limits: Limits { self.context.limits }

    private let variant: FrameVariant
    private let context: LoopContext
    private let ledger: KeyLedger
    private var isOpen = true

    package init(
        engine: Engine,
        context: LoopContext,
        outlet: SocketOutlet,
        variant: FrameVariant,
        delegate: any SessionDelegate
    ) {
        self.context = context
        self.ledger = engine.ledger
        self.variant = variant
        self.session = context.lane.open(outlet, variant, delegate)
        context.lane.note(SessionVisit(subject: nil, since: context.time.now()), of: self.session)
        self.client = ClientID(using: &context.generator)
    }

    /// Registers the session with its subject; answered by the subject's memberships.
    package func signIn(_ subject: Address, tokenDigest: String?, _ reply: ReplyContext) {
        let live = LiveSession(session: self.session, tokenDigest: tokenDigest)
        self.context.lane.note(SessionVisit(subject: subject, since: self.context.time.now()), of: self.session)
        self.route(.open(subject, live), to: subject, reply)
    }

    /// Appends a message.
    ///
    /// Fails with `keyReused` at once.
    package func publish(_ command: consuming PublishCommand, _ reply: ReplyContext) throws(EngineError) {
        // A refused command's key stays claimed for its mailbox until the window ends: a retry goes there anyhow.
        _ = try self.ledger.claim(command)
        command.client = self.client
        let mailbox = command.to
        self.route(.publish(command), to: mailbox, reply)
    }

    /// Follows a mailbox; answered by `attached`, or a refusal.
    package func attach(
        _ mailbox: Address,
        as subject: Address,
        _ entitlement: AttachCommand.Entitlement,
        from start: AttachCommand.Start,
        _ reply: ReplyContext
    ) {
        let command = AttachCommand(
            mailbox: mailbox,
            session: self.session,
            subject: subject,
            client: self.client,
            variant: self.variant,
            entitlement: entitlement,
            start: start
        )
        self.route(.attach(command), to: mailbox, reply)
    }

    /// Follows a mailbox no more.
    package func detach(_ mailbox: Address) {
        self.context.route(.detach(mailbox, self.session), to: mailbox)
    }

    package func history(_ mailbox: Address, for reader: Address, _ query: HistoryQuery, _ reply: ReplyContext) {
        self.route(.history(mailbox, .subject(reader), .follower, query), to: mailbox, reply)
    }

    package func presence(_ mailbox: Address, for reader: Address, _ reply: ReplyContext) {
        self.route(.presence(mailbox, .subject(reader)), to: mailbox, reply)
    }

    package func acknowledge(
        _ mailbox: Address,
        by member: Address,
        delivered: Seq?,
        read: Seq?,
        _ reply: ReplyContext
    ) {
        let command = AcknowledgeCommand(mailbox: mailbox, member: member, delivered: delivered, read: read)
        self.route(.acknowledge(command), to: mailbox, reply)
    }

    package func typing(_ mailbox: Address, by member: Address, _ reply: ReplyContext) {
        self.route(.typing(mailbox, by: member), to: mailbox, reply)
    }

    /// Writes frames of the session's own; they leave with the tick, in order with its pushes.
    package func write(_ frames: ByteBuffer) { self.context.lane.write(frames, to: self.session) }

    /// Lets pushes go that were held until now.
    package func uncork() { self.context.lane.uncork(self.session) }

    /// Sends what was written now: before the connection is closed.
    package func drain() { self.context.lane.drain(self.session) }

    /// Ends a read: what was gathered goes on its way.
    package func flush() { self.context.flushSoon() }

    /// Lets the session go, and tells the shards of its subject and of what it follows.
    package func close(subject: Address?, following: some Sequence<Address>) {
        guard self.isOpen else { return }
        self.isOpen = false
        self.context.lane.close(self.session)
        for mailbox in following { self.detach(mailbox) }
        if let subject { self.context.route(.close(subject, self.session), to: subject) }
        self.context.flushSoon()
    }

    private func route(_ command: consuming ShardCommand, to address: Address, _ reply: ReplyContext) {
        self.context.route(command, to: address, .session(self.session, reply))
    }
}
