import Accounts
import Engine
import Messenger
import NIOCore
import Primitives
import Wire

/// What a client asks.
extension ClientSession {
    func handle(_ command: Command) {
        switch self.phase {
        case .closed: break
        case .waitingForConnect:
            guard case .connect(let request) = command.verb else { return self.close(.badRequest) }
            self.connect(command.id, request)
        case .connecting:
            if case .connect = command.verb { return self.close(.badRequest) }
            guard self.deferred.count < self.limits.outstandingCommandsMax
            else { return self.close(.tooManyRequests) }
            self.deferred.append(command)
        case .connected(let identity): self.handle(command, identity)
        }
    }

    private func handle(_ command: Command, _ identity: SubjectIdentity) {
        guard self.outstandingCount < self.limits.outstandingCommandsMax
        else { return self.refuse(command.id, .tooManyRequests) }
        let id = command.id
        switch command.verb {
        case .connect: self.close(.badRequest)
        case .publish(let channel, let data): self.publish(id, channel, data, identity)
        case .subscribe(let request): self.subscribe(id, request, identity)
        case .unsubscribe(let channel): self.unsubscribe(id, channel)
        case .presence(let channel):
            self.withMailbox(id, channel) { self.port?.presence($0, for: identity.address, self.expect(.presence(id))) }
        case .presenceStats(let channel):
            self.withMailbox(id, channel) { mailbox in
                self.port?.presence(mailbox, for: identity.address, self.expect(.presenceStats(id)))
            }
        case .history(let request): self.history(id, request, identity)
        case .ping: self.reply(.ping, to: id)
        // Nothing here takes messages that need no answer.
        case .send: break
        case .rpc(let method, let data): self.rpc(id, method, data, identity)
        case .refresh(let token): self.refresh(id, token, identity)
        case .subRefresh: self.refuse(id, .notAvailable)
        case .pong: self.awaitsPong = false
        case .refused(let error): self.refuse(id, .badRequest, "\(error)")
        }
    }

    private func withMailbox(_ id: UInt32, _ channel: String, _ body: (Address) -> Void) {
        guard let mailbox = Address(channel) else { return self.refuse(id, .unknownChannel) }
        body(mailbox)
    }

    private func publish(_ id: UInt32, _ channel: String, _ data: ByteBuffer?, _ identity: SubjectIdentity) {
        guard let data else { return self.refuse(id, .badRequest, "publish needs data") }
        guard self.admitPublish(id) else { return }
        do {
            let to = try self.environment.messenger.resolve(channel, for: .subject(identity.address))
            let command = PublishCommand(to: to, from: .subject(identity.address), body: data)
            try self.port?.publish(command, ReplyContext(command: id, form: .publish))
        } catch let error as MessengerError {
            self.refuse(id, ErrorCode(error))
        } catch let error as EngineError {
            self.refuse(id, ErrorCode(error))
        } catch {
            self.refuse(id, .internal)
        }
    }

    /// Whether the session may publish now; answers the command when not.
    func admitPublish(_ id: UInt32) -> Bool {
        switch self.rate.take(at: NIODeadline.now().uptimeNanoseconds, under: self.limits) {
        case .admit: return true
        case .refuse:
            self.refuse(id, .tooManyRequests)
            return false
        }
    }

    private func subscribe(_ id: UInt32, _ request: SubscribeRequest, _ identity: SubjectIdentity) {
        guard let mailbox = Address(request.channel) else { return self.refuse(id, .unknownChannel) }
        guard self.following[mailbox] == nil else { return self.refuse(id, .alreadySubscribed) }
        guard self.following.values.count(where: { $0 == .client }) < self.limits.subscriptionsMax
        else { return self.refuse(id, .limitExceeded) }
        self.follow(mailbox, .client)
        let rejects = request.recover && request.flag & SubscribeRequest.rejectUnrecovered != 0
        self.port?.attach(
            mailbox,
            as: identity.address,
            .follower,
            from: request.start,
            self.expect(.subscribe(id, mailbox, rejectsUnrecovered: rejects))
        )
    }

    private func unsubscribe(_ id: UInt32, _ channel: String) {
        guard let mailbox = Address(channel) else { return self.refuse(id, .unknownChannel) }
        switch self.following[mailbox] {
        // What one belongs to is left over HTTP; this connection alone cannot leave it.
        case .server: return self.refuse(id, .permissionDenied)
        case .client:
            self.follow(mailbox, nil)
            self.port?.detach(mailbox)
        case nil: break
        }
        self.reply(.unsubscribe, to: id)
    }

    private func history(_ id: UInt32, _ request: HistoryRequest, _ identity: SubjectIdentity) {
        guard let mailbox = Address(request.channel) else { return self.refuse(id, .unknownChannel) }
        let countMax = self.limits.historyPageMax
        let count = request.limit < 0 ? countMax : min(Int(request.limit), countMax)
        let range: HistoryQuery.Range =
            switch (request.since, request.reverse) {
            case (let since?, false): .after(Seq(rawValue: since.offset))
            case (let since?, true): .before(Seq(rawValue: since.offset))
            case (nil, false): .after(.zero)
            case (nil, true): .newest
            }
        self.port?.history(
            mailbox,
            for: identity.address,
            HistoryQuery(range: range, countMax: count),
            self.expect(.history(id, since: request.since, isReverse: request.reverse))
        )
    }
}

extension ErrorCode {
    init(_ error: EngineError) {
        switch error {
        case .notPermitted: self = .permissionDenied
        case .notFound: self = .unknownChannel
        case .conflict, .keyReused, .noSuchReply: self = .badRequest
        case .tooManyMembers, .bodyTooLarge: self = .limitExceeded
        case .storageFull, .unavailable, .heldAfterRestore: self = .notAvailable
        }
    }

    init(_ error: MessengerError) {
        switch error {
        case .badAddress, .unknownUsers, .notFound: self = .unknownChannel
        case .notPermitted: self = .permissionDenied
        case .badTitle, .badCursor, .conflict, .keyReused, .noSuchReply: self = .badRequest
        case .tooManyMembers, .bodyTooLarge: self = .limitExceeded
        case .storageFull, .unavailable, .heldAfterRestore: self = .notAvailable
        }
    }
}
