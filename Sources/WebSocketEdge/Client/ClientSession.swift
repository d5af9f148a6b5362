import Accounts
import Engine
import Frames
import Messenger
import NIOCore
import Primitives
import Telemetry
import Wire

/// One client's connection: the Centrifugo client protocol over the engine (PROTOCOL "WebSocket").
///
/// 1. A read's commands are decoded whole, then carried out in order, then leave for the shards together.
/// 2. `connect` comes first; commands that come while it is under way wait for it.
/// 3. Every command is answered, in the order in which the shards answer.
/// 4. It lives on the connection's loop.
final class ClientSession {
    let environment: ClientEnvironment
    let decoder: CommandDecoder
    let variant: FrameVariant
    let usesPingFrames: Bool
    private(set) var connection: WebSocketConnection?
    private(set) var port: SessionPort?
    var phase = ClientPhase.waitingForConnect
    /// What the session follows: by itself, or because its subject belongs there.
    private(set) var following: [Address: Following] = [:]
    /// Commands that came while `connect` was under way.
    var deferred: [Command] = []
    /// Events that came meanwhile.
    var deferredEvents: [SessionEvent] = []
    private var tickets: [UInt32: Ticket] = [:]
    private var nextTicket: UInt32 = 0
    var rate: PublishRate
    let heartbeats: Heartbeats
    private let siblings: LoopSessions
    /// The beat that the session waits for; an earlier one is stale.
    var beat: UInt32 = 0
    var awaitsPong = false

    enum Following { case server, client }

    init(
        environment: ClientEnvironment,
        variant: FrameVariant,
        usesPingFrames: Bool,
        heartbeats: Heartbeats,
        siblings: LoopSessions
    ) {
        self.environment = environment
        self.variant = variant
        self.decoder = CommandDecoder(variant.isProtobuf ? .protobuf : .json)
        self.usesPingFrames = usesPingFrames
        self.rate = PublishRate(environment.limits)
        self.heartbeats = heartbeats
        self.siblings = siblings
    }

    /// The subject, once connected.
    var subject: Address? {
        switch self.phase {
        case .connected(let identity): identity.address
        case .connecting(let connecting): connecting.identity?.address
        case .waitingForConnect, .closed: nil
        }
    }

    /// What holds now.
    var limits: Limits { self.port?.limits ?? self.environment.limits }

    /// Notes that the session follows a mailbox, or follows it no more.
    func follow(_ mailbox: Address, _ following: Following?) {
        let before = self.following.count
        self.following[mailbox] = following
        self.environment.metrics.subscriptions.add(self.following.count - before)
    }

    /// Makes a place for an answer that is to be written by this session.
    func expect(_ ticket: Ticket) -> ReplyContext {
        self.nextTicket &+= 1
        self.tickets[self.nextTicket] = ticket
        return ReplyContext(command: self.nextTicket, form: .other)
    }

    func take(_ context: ReplyContext) -> Ticket? {
        defer { if self.tickets.isEmpty { self.tickets = [:] } }
        return self.tickets.removeValue(forKey: context.command)
    }

    var outstandingCount: Int { self.tickets.count }

    /// Writes one reply.
    func reply(_ reply: Reply, to id: UInt32) {
        var frames = FrameBatch(variant: self.variant)
        frames.append(reply, id: id)
        self.port?.write(frames.buffer)
    }

    func refuse(_ id: UInt32, _ code: ErrorCode, _ message: String? = nil) {
        self.reply(.error(code, message: message ?? code.message), to: id)
    }

    /// Writes one push.
    func push(_ push: Push, channel: String) {
        var frames = FrameBatch(variant: self.variant)
        frames.append(push, channel: channel)
        self.port?.write(frames.buffer)
    }

    /// Ends the connection with a code of the client protocol.
    func close(_ code: DisconnectCode) {
        guard let connection = self.connection else { return }
        self.port?.drain()
        self.environment.metrics.disconnects[String(code.rawValue)].add()
        connection.close(CloseCode(rawValue: code.rawValue), reason: code.reason)
        self.letGo()
    }

    /// The shards forget the session; nothing is written after it.
    private func letGo() {
        if case .closed = self.phase { return }
        let subject = self.subject
        self.phase = .closed
        self.beat &+= 1
        self.port?.close(subject: subject, following: self.following.keys)
        self.environment.metrics.connections.add(-1)
        if subject != nil { self.environment.metrics.sessions.add(-1) }
        self.port = nil
        self.environment.metrics.subscriptions.add(-self.following.count)
        self.following = [:]
        self.deferred = []
        self.deferredEvents = []
    }
}

extension ClientSession: WebSocketApplication {
    func opened(_ connection: WebSocketConnection) {
        guard let context = self.environment.context(of: connection.eventLoop)
        else { preconditionFailure("connections live on the engine's loops") }
        self.connection = connection
        self.port = SessionPort(
            engine: self.environment.engine,
            context: context,
            outlet: connection.outlet,
            variant: self.variant,
            delegate: self
        )
        self.siblings.insert(self)
        self.environment.metrics.connections.add(1)
        self.heartbeats.schedule(self, .connectDue, in: self.limits.connectTimeout)
    }

    func received(_ message: ByteBuffer, kind: MessageKind) {
        if case .closed = self.phase { return }
        guard (kind == .text) != self.variant.isProtobuf else {
            self.connection?.close(.unsupported, reason: "the other kind of message is spoken here")
            return self.letGo()
        }
        self.environment.metrics.receivedBytes.add(message.readableBytes)
        do {
            try self.decoder.decode(message, into: &self.siblings.commands)
        } catch {
            return self.close(.badRequest)
        }
        // Taken out and put back, so that the array keeps its room.
        var commands: [Command] = []
        swap(&commands, &self.siblings.commands)
        for command in commands { self.handle(command) }
        commands.removeAll(keepingCapacity: true)
        swap(&commands, &self.siblings.commands)
    }

    func readCompleted() { self.port?.flush() }

    func pong(_ payload: ByteBuffer) {
        if self.usesPingFrames { self.awaitsPong = false }
    }

    func closed(code: CloseCode?) {
        self.letGo()
        self.siblings.remove(self)
        self.connection = nil
    }
}
