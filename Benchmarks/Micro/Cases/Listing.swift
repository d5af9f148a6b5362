internal import Accounts
internal import Engine
internal import Messenger
internal import NIOCore
internal import Primitives
internal import Synchronization
internal import Wire

extension MicroCase {
    static let listing = [
        MicroCase(
            name: "list",
            unit: "a page of 20 conversations of somebody who has 40, from the shards to its JSON",
            operations: 1,
            rounds: 64
        ) { () throws(MicroError) in try Lists() }
    ]
}

/// Somebody with direct chats, who asks for their list.
private final class Lists: MicroWork {
    private static let chatCount = 40
    private static let pageCount = 20

    private let stage: Stage
    private let messenger: Messenger
    private let answer = ListingBox()
    private var text = ByteBuffer()
    private var count = 0

    init() throws(MicroError) {
        self.stage = try Stage()
        self.messenger = Messenger(engine: self.stage.engine, directory: Directory())
        for number in 1...Self.chatCount {
            guard let chat = Address.direct(Stage.owner.id, "user-\(number)") else { throw .refused("the address") }
            let command = PublishCommand(
                to: chat,
                from: .subject(Stage.owner),
                body: ByteBuffer(string: Sample.body(128))
            )
            self.stage.engine.submit(.publish(command)) { answer in
                guard case .published = answer else { preconditionFailure("\(answer)") }
            }
        }
        self.stage.settle()
    }

    func round() throws(MicroError) {
        self.stage.engine.submit(.listings(Stage.owner)) { [answer] in answer.put($0) }
        self.stage.runLoop()
        let page = self.messenger.page(self.answer.take(), of: Stage.owner, limit: Self.pageCount)
        self.text.clear()
        self.text.writeJSON(expecting: 16_384) { $0.chats(page) }
        self.count += page.chats.count
    }

    func verify(rounds: Int) throws(MicroError) {
        guard self.count == rounds * Self.pageCount else { throw .undone("\(self.count) conversations") }
    }
}

/// Where the engine's answer is left.
private final class ListingBox: Sendable {
    private let listings = Mutex<[MailboxListing]>([])

    func put(_ answer: Answer) {
        guard case .listings(let listings) = answer else { preconditionFailure("\(answer)") }
        self.listings.withLock { $0 = listings }
    }

    func take() -> [MailboxListing] {
        self.listings.withLock { listings in
            defer { listings = [] }
            return listings
        }
    }
}
