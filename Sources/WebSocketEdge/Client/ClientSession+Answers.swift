import Engine
import NIOCore
import Primitives
import Telemetry
import Wire

/// What the engine says to a session.
extension ClientSession: SessionDelegate {
    func answered(_ context: ReplyContext, _ answer: Answer) {
        guard context.form == .other else { return self.publishRefused(context, answer) }
        guard let ticket = self.take(context) else { return }
        if case .refused(let error) = answer { return self.refused(ticket, error) }
        switch (ticket, answer) {
        case (.signIn, .memberships(let mailboxes)): self.signedIn(mailboxes)
        case (.history(let id, let since, let isReverse), .history(let page)):
            self.answerHistory(id, page, since, isReverse)
        case (.presence(let id), .presence(let present)):
            self.reply(.presence(present.map(ClientInfo.init)), to: id)
        case (.presenceStats(let id), .presence(let present)):
            let users = Set(present.map(\.subject)).count
            self.reply(.presenceStats(clients: UInt32(present.count), users: UInt32(users)), to: id)
        case (.acknowledged(let id), .done): self.reply(.rpc(data: ByteBuffer(string: "{}")), to: id)
        default: preconditionFailure("an answer fits its command")
        }
    }

    func attached(_ context: ReplyContext?, _ attached: Attached) {
        guard let context, let ticket = self.take(context) else { return }
        switch ticket {
        case .serverSubscription(let mailbox): self.gathered(mailbox, attached)
        case .joined(let mailbox): self.joined(mailbox, attached)
        case .subscribe(let id, let mailbox, let rejectsUnrecovered):
            if rejectsUnrecovered, !attached.isRecovered {
                self.follow(mailbox, nil)
                self.port?.detach(mailbox)
                return self.refuse(id, .unrecoverablePosition)
            }
            let result = SubscribeResult(attached)
            if result.wasRecovering {
                self.environment.metrics.recoveries[result.recovered ? "recovered" : "insufficient"].add()
            }
            self.reply(.subscribe(result), to: id)
        default: preconditionFailure("only following is answered by attaching")
        }
    }

    func happened(_ event: SessionEvent) {
        if case .connecting = self.phase, case .close = event {
        } else if case .connecting = self.phase {
            return self.deferredEvents.append(event)
        }
        switch event {
        case .joined(let mailbox, let seq): self.follow(mailbox, since: seq)
        case .removed(let mailbox):
            guard self.following[mailbox] != nil else { return }
            self.follow(mailbox, nil)
            self.push(.unsubscribe(.server), channel: mailbox.description)
        case .close(let code): self.close(DisconnectCode(rawValue: code) ?? .forceDisconnect)
        }
    }

    func fellBehind() { self.close(.slow) }

    /// The subject came to belong to a mailbox: the server subscribes the session by itself.
    private func follow(_ mailbox: Address, since seq: Seq) {
        guard let subject = self.subject else { return }
        switch self.following[mailbox] {
        case .server: return
        // Followed by its own wish already: from now on it is the server's subscription.
        case .client: self.follow(mailbox, .server)
        case nil:
            self.follow(mailbox, .server)
            self.port?.attach(mailbox, as: subject, .member, from: .since(seq), self.expect(.joined(mailbox)))
        }
    }

    /// First the subscription, at the seq where the membership began, then what came since.
    private func joined(_ mailbox: Address, _ attached: Attached) {
        guard case .since(let seq) = attached.start else { return }
        var subscribe = SubscribePush()
        subscribe.recoverable = true
        subscribe.positioned = true
        subscribe.epoch = attached.epoch
        subscribe.offset = attached.isRecovered ? seq.rawValue : attached.head.rawValue
        let channel = mailbox.description
        self.push(.subscribe(subscribe), channel: channel)
        for message in attached.messages { self.push(.publication(Publication(message)), channel: channel) }
    }

    private func answerHistory(_ id: UInt32, _ page: HistoryPage, _ since: StreamPosition?, _ isReverse: Bool) {
        if let since, !since.epoch.isEmpty, since.epoch != page.epoch.description {
            return self.refuse(id, .unrecoverablePosition)
        }
        let publications = page.messages.map(Publication.init)
        let result = HistoryResult(
            publications: isReverse ? publications.reversed() : publications,
            epoch: page.epoch,
            offset: page.head.rawValue
        )
        self.reply(.history(result), to: id)
    }

    private func publishRefused(_ context: ReplyContext, _ answer: Answer) {
        guard case .refused(let error) = answer else { return }
        self.refuse(context.command, ErrorCode(error))
    }

    private func refused(_ ticket: Ticket, _ error: EngineError) {
        let code = ErrorCode(error)
        switch ticket {
        case .signIn: self.close(.serverError)
        case .serverSubscription(let mailbox): self.gathered(mailbox, nil)
        case .joined(let mailbox): self.follow(mailbox, nil)
        case .subscribe(let id, let mailbox, _):
            self.follow(mailbox, nil)
            self.refuse(id, code)
        case .history(let id, _, _), .presence(let id), .presenceStats(let id), .acknowledged(let id):
            self.refuse(id, code)
        }
    }
}
