internal import Drivers
internal import Engine
internal import NIOCore
internal import Primitives
internal import Providers
internal import Synchronization
internal import Telemetry
internal import Wire

extension MicroCase {
    static let driving = [
        MicroCase(
            name: "poll",
            unit: "a driver's poll with something new, from its body to its JSON",
            operations: 1,
            rounds: 256
        ) { () throws(MicroError) in try Driving { (scene) throws(MicroError) in try scene.poll(knowing: nil) } },
        MicroCase(
            name: "poll-known",
            unit: "a driver's poll with nothing new",
            operations: 1,
            rounds: 256
        ) { () throws(MicroError) in
            try Driving { (scene) throws(MicroError) in try scene.poll(knowing: scene.etag) }
        },
        MicroCase(
            name: "driver-chats",
            unit: "a driver's chats with the newest 20 of 50 messages",
            operations: 1,
            rounds: 64
        ) { () throws(MicroError) in try Driving { (scene) throws(MicroError) in try scene.chats() } },
        MicroCase(
            name: "driver-page",
            unit: "the newest 20 of 50 messages of a driver's chat",
            operations: 1,
            rounds: 64
        ) { () throws(MicroError) in try Driving { (scene) throws(MicroError) in try scene.page() } },
    ]
}

/// Something that a driver's app asks for, again and again.
private final class Driving: MicroWork {
    private let scene: DriverScene
    private let ask: (DriverScene) throws(MicroError) -> Void

    init(_ ask: @escaping (DriverScene) throws(MicroError) -> Void) throws(MicroError) {
        self.scene = try DriverScene()
        self.ask = ask
    }

    func round() throws(MicroError) { try self.ask(self.scene) }

    func verify(rounds: Int) throws(MicroError) {
        guard self.scene.count == rounds else { throw .undone("\(self.scene.count) answers") }
    }
}

/// A driver with messages under two tags.
private final class DriverScene {
    private static let driver = Address(trusted: .driver, id: "8f3c2b1a")
    private static let messageCount = 50
    private static let pageCount = 20

    private let stage: Stage
    private let drivers: Drivers
    private let look = LookBox()
    private var text = ByteBuffer()
    private(set) var etag = ""
    /// Answers that were as they should be.
    private(set) var count = 0

    init() throws(MicroError) {
        self.stage = try Stage()
        let outside = Outside(
            time: self.stage.engine.time,
            eventLoopGroup: self.stage.loops,
            secrets: SecretReader(time: self.stage.engine.time),
            metrics: ProviderMetrics(MetricsRegistry())
        )
        self.drivers = Drivers(engine: self.stage.engine, outside: outside)
        for number in 0..<Self.messageCount {
            let body = Sample.body(128).dropLast() + #","item":"item-\#(number)"}"#
            let command = PublishCommand(
                to: Self.driver,
                from: .service("feeds"),
                body: ByteBuffer(string: String(body)),
                tags: [MessageTag(name: number.isMultiple(of: 2) ? "news" : "city", value: "")]
            )
            self.stage.engine.submit(.publish(command)) { answer in
                guard case .published = answer else { preconditionFailure("\(answer)") }
            }
        }
        self.stage.settle()
        guard let poll = try self.answer(to: self.drivers.pollQuestion(Self.driver, since: nil))
        else { throw .undone("no news") }
        self.etag = poll.etag.description
    }

    func poll(knowing etag: String?) throws(MicroError) {
        let known = try self.read(etag.map { #"{"etag":"\#($0)"}"# } ?? "{}").flatMap { DriverEtag($0) }
        guard let poll = try self.answer(to: self.drivers.pollQuestion(Self.driver, since: known)) else {
            if etag != nil { self.count += 1 }
            return
        }
        self.write(expecting: 512, etag: poll.etag) { $0.chats(poll) }
        if etag == nil, poll.chats.first?.unread == Self.messageCount { self.count += 1 }
    }

    func chats() throws(MicroError) {
        let question = self.drivers.chatsQuestion(Self.driver, since: nil, countMax: Self.pageCount)
        let chats = try self.answer(to: question)
        self.write(expecting: chats.textBytes, etag: chats.etag) { $0.chats(chats) }
        if chats.chats.first?.messages.count == Self.pageCount { self.count += 1 }
    }

    func page() throws(MicroError) {
        let question = self.drivers.pageQuestion(
            of: "news",
            of: Self.driver,
            before: nil,
            countMax: Self.pageCount
        )
        let page = try self.answer(to: question)
        self.text.clear()
        self.text.writeJSON(expecting: page.textBytes) { $0.page(page) }
        if page.messages.count == Self.pageCount { self.count += 1 }
    }

    private func read(_ body: String) throws(MicroError) -> String? {
        do throws(JSONFieldError) {
            return try JSONFields(ByteBuffer(string: body), known: ["etag"]).string("etag")
        } catch {
            throw .refused("\(error)")
        }
    }

    private func write(expecting expected: Int, etag: DriverEtag, _ body: (inout JSONWriter) -> Void) {
        self.text.clear()
        self.text.writeJSON(expecting: expected) { writer in
            writer.beginObject()
            writer.member("etag", etag.description)
            body(&writer)
            writer.endObject()
        }
    }

    private func answer<Question: InboxQuestion>(to question: Question) throws(MicroError) -> Question.Answer {
        let command = SteppedCommand.inbox(.look(Self.driver) { question.query($0) }, at: Self.driver)
        self.stage.engine.submit(command) { [look] in look.put($0) }
        self.stage.runLoop()
        do throws(DriverError) { return try question.answer(self.look.take()) } catch { throw .refused("\(error)") }
    }
}

/// Where the engine's answer is left.
private final class LookBox: Sendable {
    private let look = Mutex<InboxLook?>(nil)

    func put(_ answer: Answer) {
        guard case .inbox(.look(let look)) = answer else { preconditionFailure("\(answer)") }
        self.look.withLock { $0 = look }
    }

    func take() -> InboxLook {
        let look = self.look.withLock { look in
            defer { look = nil }
            return look
        }
        guard let look else { preconditionFailure("the loop has run") }
        return look
    }
}
