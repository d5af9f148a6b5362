import Foundation
import NIOCore
import NIOEmbedded
import Primitives
import Testing

@testable import Engine

/// A live session with no socket: what it is sent is read as a client reads it, and checked as the protocol promises.
///
/// Confined to its loop.
final class ProbeSession: SessionDelegate {
    /// What the session knows of a mailbox.
    struct Following {
        var epoch: Epoch?
        /// The next offset that may come.
        var next: UInt64
        /// Whether `next` is known: from the answer to attach until detach.
        var isAttached = false
    }

    let subject: Address
    private let channel: EmbeddedChannel
    private var outlet: SocketOutlet?
    private var openPort: SessionPort?
    private(set) var following: [Address: Following] = [:]
    /// Where each attach asked to begin.
    private var asked: [Address: UInt64] = [:]
    /// The bodies of all messages, by mailbox, as they came.
    private(set) var bodies: [Address: [String]] = [:]
    private(set) var answers: [Answer] = []
    private(set) var events: [String] = []
    private(set) var joined: [(mailbox: Address, at: Seq)] = []
    /// The replies to publishes.
    private(set) var replyCount = 0

    init(_ engine: Engine, _ context: LoopContext, as subject: Address, _ variant: FrameVariant = .json) throws {
        self.subject = subject
        self.channel = EmbeddedChannel()
        let outlet = try SocketOutlet.embedded(in: self.channel)
        self.outlet = outlet
        self.openPort = SessionPort(engine: engine, context: context, outlet: outlet, variant: variant, delegate: self)
        self.port.uncork()
    }

    var port: SessionPort {
        guard let port = self.openPort else { preconditionFailure("a session has its port from its start") }
        return port
    }

    func signIn() {
        self.port.signIn(self.subject, tokenDigest: nil, ReplyContext(command: 1, form: .other))
        self.port.flush()
    }

    func attach(_ mailbox: Address, from start: AttachCommand.Start) {
        switch start {
        case .head: self.asked[mailbox] = nil
        case .recover(_, let seq), .since(let seq): self.asked[mailbox] = seq.rawValue
        }
        self.port.attach(mailbox, as: self.subject, .member, from: start, ReplyContext(command: 2, form: .other))
        self.port.flush()
    }

    /// Follows no more: what comes until then is not looked at.
    func detach(_ mailbox: Address) {
        self.read()
        self.following[mailbox]?.isAttached = false
        self.port.detach(mailbox)
        self.port.flush()
    }

    func publish(_ command: PublishCommand) throws {
        try self.port.publish(command, ReplyContext(command: 3, form: .publish))
        self.port.flush()
    }

    func close() { self.port.close(subject: self.subject, following: self.following.keys) }

    func answered(_ context: ReplyContext, _ answer: Answer) { self.answers.append(answer) }

    /// Stands in the stream as a frame of the session's own, so that its place among the pushes shows.
    func attached(_ context: ReplyContext?, _ attached: Attached) {
        let messages = attached.messages.map { "\($0.seq)=\(String(buffer: $0.body))" }.joined(separator: "&")
        let recovered = attached.isRecovered ? "1" : "0"
        let text = "ATTACHED|\(attached.mailbox)|\(attached.epoch)|\(attached.head)|\(recovered)|\(messages)"
        var frame = ByteBuffer()
        frame.writeInteger(UInt8(0x81))
        frame.writeInteger(UInt8(127))
        frame.writeInteger(UInt64(text.utf8.count))
        frame.writeString(text)
        self.port.write(frame)
    }

    func happened(_ event: SessionEvent) {
        switch event {
        case .joined(let mailbox, let at):
            self.events.append("joined \(mailbox) at \(at)")
            self.joined.append((mailbox, at))
        case .removed(let mailbox): self.events.append("removed \(mailbox)")
        case .close(let code): self.events.append("close \(code)")
        }
    }

    func fellBehind() { Issue.record("nothing holds this session's bytes back") }

    /// Reads what was sent, and checks it.
    func read() {
        while let bytes = try? self.channel.readOutbound(as: ByteBuffer.self) {
            var bytes = bytes
            while let text = Self.readFrame(&bytes) { self.took(text) }
            #expect(bytes.readableBytes == 0, "whole frames")
        }
    }

    private static func readFrame(_ bytes: inout ByteBuffer) -> String? {
        guard bytes.readInteger(as: UInt8.self) == 0x81, let short = bytes.readInteger(as: UInt8.self) else {
            return nil
        }
        let length =
            switch short {
            case 127: bytes.readInteger(as: UInt64.self).map { Int($0) }
            case 126: bytes.readInteger(as: UInt16.self).map { Int($0) }
            default: Int(short)
            }
        return length.flatMap { bytes.readString(length: $0) }
    }

    private func took(_ text: String) {
        if text.hasPrefix("ATTACHED|") {
            return self.tookAttached(text.split(separator: "|", omittingEmptySubsequences: false))
        }
        guard let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
            Issue.record("not JSON: \(text)")
            return
        }
        if object["id"] != nil { return self.replyCount += 1 }
        guard let push = object["push"] as? [String: Any], let channel = push["channel"] as? String,
            let mailbox = Address(channel)
        else {
            Issue.record("neither a reply nor a push: \(text)")
            return
        }
        guard let publication = push["pub"] as? [String: Any] else {
            self.events.append("\(push.keys.filter { $0 != "channel" }.joined()) \(channel)")
            return
        }
        guard let offset = (publication["offset"] as? NSNumber)?.uint64Value else {
            self.events.append("event \(channel)")
            return
        }
        guard let following = self.following[mailbox], following.isAttached else {
            // Between detach and its execution pushes may come; before the first attach none may.
            if self.following[mailbox] == nil { Issue.record("a push of \(mailbox), which was never followed") }
            return
        }
        #expect(offset == following.next, "\(self.subject) \(mailbox)")
        self.following[mailbox]?.next = offset + 1
        self.bodies[mailbox, default: []].append("\(publication["data"] ?? "")")
    }

    private func tookAttached(_ parts: [Substring]) {
        guard parts.count == 6, let mailbox = Address(parts[1]), let epoch = Epoch(parts[2]),
            let head = UInt64(parts[3])
        else {
            Issue.record("a frame of our own: \(parts)")
            return
        }
        let missed = parts[5].split(separator: "&").compactMap { $0.split(separator: "=").first }.compactMap {
            UInt64($0)
        }
        let last = self.asked[mailbox] ?? head
        if parts[4] == "1" {
            #expect(missed == Array(last..<head).map { $0 + 1 }, "what was missed, and nothing else")
            for message in parts[5].split(separator: "&") {
                let body = message.drop { $0 != "=" }.dropFirst().filter { $0 != "\"" }
                self.bodies[mailbox, default: []].append(String(body))
            }
        } else {
            #expect(missed.isEmpty)
            // What came in between is lost to this session.
            self.bodies[mailbox] = []
        }
        self.following[mailbox] = Following(epoch: epoch, next: head + 1, isAttached: true)
    }
}

extension LoopContext {
    /// Does something on the loop.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await self.eventLoop.submit(work).get()
    }
}

/// Lends a session to its loop.
final class Probe: @unchecked Sendable {
    // @unchecked: the session is made and used on its loop only.
    let context: LoopContext
    private var session: ProbeSession?

    init(_ engine: Engine, on loop: Int, as subject: Address, _ variant: FrameVariant = .json) async throws {
        let context = engine.contexts[loop % engine.contexts.count]
        self.context = context
        try await context.run { self.session = try ProbeSession(engine, context, as: subject, variant) }
    }

    @discardableResult
    func run<Value: Sendable>(_ work: @escaping @Sendable (ProbeSession) throws -> Value) async throws -> Value {
        try await self.context.run {
            guard let session = self.session else { preconditionFailure("the session was made") }
            session.read()
            return try work(session)
        }
    }

    /// Asks until it holds; the test's time limit bounds it.
    func wait(until holds: @escaping @Sendable (ProbeSession) -> Bool) async throws {
        while try await !self.run({ holds($0) }) { await Task.yield() }
    }
}
