import NIOCore
import Primitives
import Testing

@testable import Engine

@Suite("Inboxes of earlier sections")
struct EarlierSectionTests {
    static let driver = Address(trusted: .driver, id: "d")

    /// A driver with eight messages: 1 and 2 deleted, 3 and 4 cold, 6 his own answer to 5, 8 no line of a conversation.
    static func live() -> ShardDriver {
        var shard = ShardDriver()
        let start = Timestamp(rawValue: 1_000)
        _ = shard.create(CreateMailboxCommand(address: driver, title: "", owner: nil), at: start, epoch: 9)
        var hot = HotPolicy()
        hot.countMax = 4
        for number in 1...8 {
            var command = PublishCommand(
                to: driver,
                from: number == 6 ? .subject(driver) : .service("crm"),
                body: ByteBuffer(string: "\(number)"),
                replyTo: number == 6 ? Seq(rawValue: 5) : nil,
                tags: [MessageTag(name: "news", value: "")]
            )
            if number == 6 { command.tags = [MessageTag(name: "~answer", value: "")] }
            if number == 8 { command.tags.append(MessageTag(name: "~quiet", value: "")) }
            _ = shard.publish(command, at: start)
            // Two blocks of two messages.
            if number.isMultiple(of: 2) { shard.offload(under: hot, at: start) }
        }
        shard.mark(driver, [MessageMark(seq: Seq(rawValue: 7), marks: [.delivered, .read])], at: start)
        hot.retention[.driver, default: MessageRetention()].countMax = 6
        _ = shard.expire(under: hot, at: start)
        return shard
    }

    /// The section as version 2 had it: the same without the inbox of its only mailbox.
    static func second(of shard: ShardDriver) -> ByteBuffer {
        var inbox = ByteBuffer(), days = ByteBuffer()
        shard.state.encodeInbox(of: 0, into: &inbox)
        shard.state.days.encode(shard.state.inboxes.labels, into: &days)
        // Behind the mailbox stand only three counts of nothing, and the days.
        let all = Array(buffer: shard.state.encode()), last = all.count - days.readableBytes, end = last - 3 * 4
        return ByteBuffer(bytes: [2, 0] + all[2..<(end - inbox.readableBytes)] + all[end..<last])
    }

    @Test("Inboxes are made from the log, and what is cold counts as read")
    func madeFromTheLog() throws {
        let shard = Self.live()
        var section = Self.second(of: shard)
        let state = try ShardState(decoding: &section, keyWindow: ShardDriver.keyWindow)
        #expect(section.readableBytes == 0)
        let news = state.news(of: Self.driver)
        #expect(news.head == Seq(rawValue: 8) && news.epoch == Epoch(rawValue: 9))
        let counts = Dictionary(uniqueKeysWithValues: news.tallies.map { ($0.labels, [$0.unread, $0.shown]) })
        // Messages 5 and 7, and the answer; and the two cold ones, whose labels nobody knows.
        #expect(counts == ["news": [2, 3], "": [0, 2]])
        let query = InboxQuery(
            reader: Self.driver,
            groups: news.tallies.map { [$0.number] },
            after: .zero,
            before: news.head.next,
            countMax: 10
        )
        var marks: [UInt64: MessageMarks] = [:], answers: [UInt64: UInt64] = [:]
        for message in state.pages(query, at: Timestamp(rawValue: 2_000)).flatMap(\.messages) {
            marks[message.seq.rawValue] = message.marks
            answers[message.seq.rawValue] = message.answer?.seq.rawValue
        }
        #expect(
            marks == [
                3: [.delivered, .read], 4: [.delivered, .read], 5: [], 6: [.own, .delivered, .read], 7: [],
            ]
        )
        #expect(answers == [5: 6])
    }

    @Test("A section of version 2 that ends too soon is refused")
    func prefixes() {
        let section = Self.second(of: Self.live())
        for length in 0..<section.readableBytes {
            var prefix = ByteBuffer(section.readableBytesView.prefix(length))
            #expect(throws: SectionError.cutShort) {
                try ShardState(decoding: &prefix, keyWindow: ShardDriver.keyWindow)
            }
        }
    }

    @Test("What such a state is written as is of this version, and the same again")
    func writtenAnew() throws {
        var section = Self.second(of: Self.live())
        let state = try ShardState(decoding: &section, keyWindow: ShardDriver.keyWindow)
        var again = state.encode()
        #expect(again.getInteger(at: again.readerIndex, endianness: .little, as: UInt16.self) == 4)
        let decoded = try ShardState(decoding: &again, keyWindow: ShardDriver.keyWindow)
        #expect(decoded.hash() == state.hash())
    }
}

@Suite("Records of inboxes")
struct InboxRecordTests {
    /// A shard with one driver's mailbox, and an accepted item's whole record.
    private static func offered() -> (shard: ShardDriver, record: ByteBuffer) {
        var shard = ShardDriver()
        let driver = RecordTests.driver
        let create = CreateMailboxCommand(address: driver, title: "", owner: nil)
        _ = shard.create(create, at: Timestamp(rawValue: 1), epoch: 1)
        var record = RecordTests.bytes { RecordTests.accepted.write(to: driver, into: &$0) }
        let command = PublishCommand(to: driver, from: .service("crm"), body: ByteBuffer(string: "1"))
        StoredMessage.write(command, seq: Seq(rawValue: 1), at: Timestamp(rawValue: 2), into: &record)
        return (shard, record)
    }

    @Test("An accepted item without its whole message is refused, wherever it ends")
    func prefixes() throws {
        let (shard, record) = Self.offered()
        for length in 0..<record.readableBytes {
            var state = shard.state, prefix = ByteBuffer(record.readableBytesView.prefix(length))
            #expect(throws: UnreadableRecord(kind: RecordKind.offered.rawValue), "\(length) bytes") {
                try state.apply(.offered, &prefix)
            }
        }
        var state = shard.state, whole = record
        try state.apply(.offered, &whole)
        #expect(state.copies(of: "i", from: 0, countMax: 9).0.map(\.seq) == [Seq(rawValue: 1)])
    }

    @Test("A held item with a message is refused")
    func heldWithMessage() {
        let shard = Self.offered().shard
        var held = RecordTests.bytes { buffer in
            OfferedRecord(item: "i", state: .held, until: Timestamp(rawValue: 5), decision: [])
                .write(to: RecordTests.driver, into: &buffer)
            let command = PublishCommand(to: RecordTests.driver, from: .service("s"), body: ByteBuffer(string: "1"))
            StoredMessage.write(command, seq: Seq(rawValue: 1), at: Timestamp(rawValue: 2), into: &buffer)
        }
        var state = shard.state
        #expect(throws: UnreadableRecord(kind: RecordKind.offered.rawValue)) { try state.apply(.offered, &held) }
    }
}
