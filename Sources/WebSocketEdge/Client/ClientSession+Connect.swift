import Accounts
import Engine
import NIOCore
import Primitives
import Telemetry
import Wire

/// From `connect` to its reply.
extension ClientSession {
    func connect(_ id: UInt32, _ request: ConnectRequest) {
        guard case .waitingForConnect = self.phase, let connection = self.connection
        else { return self.close(.badRequest) }
        self.phase = .connecting(Connecting(command: id, request: request))
        if let known = self.environment.verifier.authenticateNow(request.token) {
            return self.authenticated(known)
        }
        // A foreign token is checked off the loop: signatures cost, and keys may have to be read.
        let verifier = self.environment.verifier, bound = NIOLoopBound(self, eventLoop: connection.eventLoop)
        connection.eventLoop.makeFutureWithTask { await verifier.authenticate(request.token) }
            .whenSuccess { result in
                bound.value.authenticated(result)
                bound.value.port?.flush()
            }
    }

    private func authenticated(_ result: Result<Identity, AuthenticationFailure>) {
        guard case .connecting(var connecting) = self.phase else { return }
        switch result {
        case .failure(.expired):
            // The SDK asks its owner for another token and comes again.
            self.phase = .waitingForConnect
            self.refuse(connecting.command, .tokenExpired)
        case .failure(.invalid): self.rejectToken(connecting.command)
        // A key of the organisation's own software is nobody that a mailbox could belong to.
        case .success(.service): self.rejectToken(connecting.command)
        case .success(.subject(let identity)):
            connecting.identity = identity
            self.phase = .connecting(connecting)
            self.environment.metrics.sessions.add(1)
            self.port?.signIn(
                identity.address,
                tokenDigest: identity.tokenDigest.description,
                self.expect(.signIn)
            )
        }
    }

    private func rejectToken(_ command: UInt32) {
        self.refuse(command, .unauthorized)
        self.close(.invalidToken)
    }

    /// The subject's memberships are known: each is followed before the reply goes out.
    func signedIn(_ memberships: [Address]) {
        guard case .connecting(var connecting) = self.phase, let identity = connecting.identity else { return }
        let mailboxes = [identity.address] + memberships
        connecting.missing = mailboxes.count
        self.phase = .connecting(connecting)
        for mailbox in mailboxes {
            self.follow(mailbox, .server)
            self.port?.attach(
                mailbox,
                as: identity.address,
                .member,
                from: connecting.start(of: mailbox),
                self.expect(.serverSubscription(mailbox))
            )
        }
    }

    /// One mailbox of `connect` has answered; nil when the subject does not belong there any more.
    func gathered(_ mailbox: Address, _ attached: Attached?) {
        guard case .connecting(var connecting) = self.phase else { return }
        connecting.missing -= 1
        if let attached {
            let result = SubscribeResult(attached)
            if result.wasRecovering {
                self.environment.metrics.recoveries[result.recovered ? "recovered" : "insufficient"].add()
            }
            connecting.subscriptions.append(.init(channel: mailbox.description, result: result))
        } else {
            self.follow(mailbox, nil)
        }
        self.phase = .connecting(connecting)
        if connecting.missing == 0 { self.finishConnect(connecting) }
    }

    private func finishConnect(_ connecting: Connecting) {
        guard let identity = connecting.identity, let port = self.port else { return }
        let limits = self.limits
        var result = ConnectResult(client: port.client.description, version: self.environment.version)
        result.subs = connecting.subscriptions
        result.ping = UInt32(limits.pingInterval.components.seconds)
        result.pong = !self.usesPingFrames
        result.session = port.client.description
        result.timeToLive = self.timeToLive(identity)
        result.time = self.environment.engine.time.now().rawValue
        self.phase = .connected(identity)
        self.reply(.connect(result), to: connecting.command)
        port.uncork()
        self.beat &+= 1
        self.heartbeats.schedule(self, .pingDue, in: limits.pingInterval)
        self.watchExpiry(identity)
        let events = self.deferredEvents, commands = self.deferred
        self.deferredEvents = []
        self.deferred = []
        for event in events { self.happened(event) }
        for command in commands { self.handle(command) }
        port.flush()
    }

    /// What a client has after its token's end to bring a new one, before it is cut.
    private static let refreshGrace: Duration = .seconds(5)

    /// Whole seconds until the token ends; nil when it does not.
    private func timeToLive(_ identity: SubjectIdentity) -> UInt32? {
        identity.expiresAt.map { end in
            max(1, UInt32(clamping: (end.rawValue - self.environment.engine.time.now().rawValue) / 1000))
        }
    }

    /// The connection ends with its token.
    func watchExpiry(_ identity: SubjectIdentity) {
        guard let expiresAt = identity.expiresAt, let connection = self.connection else { return }
        let end = expiresAt + Self.refreshGrace
        let left = end.rawValue - self.environment.engine.time.now().rawValue
        // A longer life than a day is looked at again by then: wall clocks move.
        let delay = TimeAmount.milliseconds(min(max(left, 0), 24 * 3600 * 1000))
        connection.eventLoop.assumeIsolated().scheduleTask(in: delay) { [weak self] in
            guard let self, case .connected(let present) = self.phase, present == identity else { return }
            if self.environment.engine.time.now() >= end {
                self.close(.expired)
            } else {
                self.watchExpiry(identity)
            }
        }
    }

    /// A new token for a connection that lives on; it must be the same subject's.
    func refresh(_ id: UInt32, _ token: String, _ present: SubjectIdentity) {
        guard let connection = self.connection else { return }
        let verifier = self.environment.verifier, bound = NIOLoopBound(self, eventLoop: connection.eventLoop)
        connection.eventLoop.makeFutureWithTask { await verifier.authenticate(token) }
            .whenSuccess { result in
                bound.value.refreshed(id, result, present)
                bound.value.port?.flush()
            }
    }

    private func refreshed(_ id: UInt32, _ result: Result<Identity, AuthenticationFailure>, _ present: SubjectIdentity)
    {
        guard case .connected = self.phase, let port = self.port else { return }
        switch result {
        case .success(.subject(let identity)) where identity.address == present.address:
            self.phase = .connected(identity)
            self.watchExpiry(identity)
            let result = RefreshResult(
                client: port.client.description,
                version: self.environment.version,
                timeToLive: self.timeToLive(identity)
            )
            self.reply(.refresh(result), to: id)
        case .failure(.expired): self.refuse(id, .tokenExpired)
        case .success, .failure: self.rejectToken(id)
        }
    }
}
