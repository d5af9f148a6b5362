import Accounts
import Engine
import Primitives
import Wire

/// Where a connection stands in the client protocol.
enum ClientPhase {
    /// Nothing but `connect` may come.
    case waitingForConnect
    /// The token is being checked, or the subscriptions gathered; what comes meanwhile is deferred.
    case connecting(Connecting)
    case connected(SubjectIdentity)
    case closed
}

/// A `connect` under way: its reply goes out when every mailbox has answered.
struct Connecting {
    let command: UInt32
    let request: ConnectRequest
    var identity: SubjectIdentity?
    /// Mailboxes that have not answered.
    var missing = 0
    var subscriptions: [ConnectResult.Subscription] = []

    /// Where the client's knowledge of a mailbox ends.
    func start(of mailbox: Address) -> AttachCommand.Start {
        let name = mailbox.description
        guard let known = self.request.subs.first(where: { $0.channel == name }), known.recover else { return .head }
        return known.start
    }
}

extension SubscribeRequest {
    /// Where the client wants to go on.
    var start: AttachCommand.Start {
        guard self.recover else { return .head }
        // An epoch that is not one of ours matches none; a client without one has seen nothing.
        let epoch = self.epoch.isEmpty ? nil : Epoch(self.epoch) ?? Epoch(rawValue: 0)
        return .recover(epoch, Seq(rawValue: self.offset))
    }
}

extension SubscribeResult {
    init(_ attached: Attached) {
        self.init()
        self.recoverable = true
        self.positioned = true
        self.epoch = attached.epoch
        self.offset = attached.head.rawValue
        guard case .recover = attached.start else { return }
        self.wasRecovering = true
        self.recovered = attached.isRecovered
        self.publications = attached.messages.map(Publication.init)
    }
}

/// A command that waits for its answer: what the answer is written as.
enum Ticket {
    case signIn
    /// One mailbox of `connect`.
    case serverSubscription(Address)
    /// A mailbox that the subject came to belong to while connected.
    case joined(Address)
    case subscribe(UInt32, Address, rejectsUnrecovered: Bool)
    case history(UInt32, since: StreamPosition?, isReverse: Bool)
    case presence(UInt32)
    case presenceStats(UInt32)
    case acknowledged(UInt32)
}
