import NIOCore
import Primitives
import Testing

@testable import Engine

@Suite("Stored messages")
struct StoredMessageTests {
    struct Golden: Sendable {
        var why: String
        var hex: String
        var command: PublishCommand
    }

    static let to = Address(trusted: .group, id: "g")

    static let goldens = [
        Golden(
            why: "nothing but a body",
            hex: "0100000000000000 0200000000000000 03000000 0000 00 00 616263",
            command: PublishCommand(to: to, from: .service("s"), body: ByteBuffer(string: "abc"))
        ),
        Golden(
            why: "everything",
            hex: "0100000000000000 0200000000000000 02000000 0700 06 0f 0900000000000000 0800000000000000 fd"
                + "0807060504030201 1817161514131211 757365723a75 0100 6e 0200 7677 7b7d",
            command: PublishCommand(
                to: to,
                from: .subject(Address(trusted: .user, id: "u")),
                client: ClientID(high: 0x0102_0304_0506_0708, low: 0x1112_1314_1516_1718),
                body: ByteBuffer(string: "{}"),
                replyTo: Seq(rawValue: 9),
                tags: [MessageTag(name: "n", value: "vw")],
                expiresAt: Timestamp(rawValue: 8),
                priority: -3
            )
        ),
    ]

    static func write(_ command: PublishCommand) -> ByteBuffer {
        var buffer = ByteBuffer()
        StoredMessage.write(command, seq: Seq(rawValue: 1), at: Timestamp(rawValue: 2), into: &buffer)
        return buffer
    }

    @Test("A message has its bytes", arguments: Self.goldens)
    func golden(_ golden: Golden) {
        #expect(RecordTests.hex(Self.write(golden.command)) == golden.hex.filter { $0 != " " }, "\(golden.why)")
    }

    @Test("Whatever of its parts a message has, it reads back", arguments: 0..<64)
    func roundTrip(_ bits: Int) {
        let command = PublishCommand(
            to: Self.to,
            from: bits & 1 == 0
                ? .service("s") : .subject(Address(trusted: .user, id: String(repeating: "u", count: 128))),
            client: bits & 2 == 0 ? nil : ClientID(high: .max, low: 1),
            body: ByteBuffer(string: "{\"n\":\(bits)}"),
            replyTo: bits & 4 == 0 ? nil : Seq(rawValue: .max),
            tags: bits & 8 == 0 ? [] : [MessageTag(name: "", value: ""), MessageTag(name: "ä", value: "√")],
            expiresAt: bits & 16 == 0 ? nil : Timestamp(rawValue: .min),
            priority: bits & 32 == 0 ? 0 : .min
        )
        Self.write(command).withUnsafeReadableBytes { bytes in
            let message = StoredMessage(bytes)
            #expect(message.seq == Seq(rawValue: 1) && message.at == Timestamp(rawValue: 2))
            #expect(message.replyTo == command.replyTo && message.expiresAt == command.expiresAt)
            #expect(message.priority == command.priority && message.client == command.client)
            #expect(message.readSender(bytes) == command.from.address?.description ?? "")
            #expect(message.readTags(bytes) == command.tags)
            #expect(ByteBuffer(bytes: bytes[message.body]) == command.body)
            #expect(message.body.upperBound == bytes.count)
        }
    }
}
