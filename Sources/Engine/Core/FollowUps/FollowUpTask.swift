internal import NIOCore
package import Primitives

/// What a follow-up's task has as its payload.
///
/// ```
/// | version = 1 | target, 2 + n bytes | mailbox, 3 + n | count, 4 | seq, 8 | marks, 1 | at, 8 | … little-endian
/// ```
package struct FollowUpTask: Equatable, Sendable {
    /// Messages of one task: what a service takes in one request.
    package static let messageCountMax = 100
    private static let version: UInt8 = 1

    package var mailbox: Address
    package var target: String
    package var messages: [FollowedMessage]

    init(mailbox: Address, target: String, messages: [FollowedMessage]) {
        self.mailbox = mailbox
        self.target = target
        self.messages = messages
    }

    /// Reads a task's payload; nil when it is no follow-up's.
    package init?(_ task: DurableTask) {
        var payload = ByteBuffer(bytes: task.payload)
        guard payload.readInteger(as: UInt8.self) == Self.version, let target = payload.readShortString(),
            let mailbox = payload.readAddress(),
            let count = payload.readInteger(endianness: .little, as: UInt32.self)
        else { return nil }
        var messages: [FollowedMessage] = []
        for _ in 0..<count {
            guard
                let (seq, marks, at) = payload.readMultipleIntegers(
                    endianness: .little,
                    as: (UInt64, UInt8, Int64).self
                )
            else { return nil }
            messages.append(
                FollowedMessage(
                    seq: Seq(rawValue: seq),
                    marks: MessageMarks(rawValue: marks),
                    at: Timestamp(rawValue: at)
                )
            )
        }
        self.init(mailbox: mailbox, target: target, messages: messages)
    }

    var payload: [UInt8] {
        var payload = ByteBuffer()
        payload.writeInteger(Self.version)
        payload.writeShortString(self.target)
        payload.writeAddress(self.mailbox)
        payload.writeInteger(UInt32(self.messages.count), endianness: .little)
        for message in self.messages {
            payload.writeMultipleIntegers(
                message.seq.rawValue,
                message.marks.rawValue,
                message.at.rawValue,
                endianness: .little
            )
        }
        return Array(buffer: payload)
    }

    /// Adds messages; those that are there already get their new marks too.
    mutating func add(_ messages: [FollowedMessage]) {
        for message in messages {
            if let index = self.messages.firstIndex(where: { $0.seq == message.seq && !message.marks.isEmpty }) {
                self.messages[index].marks.formUnion(message.marks)
            } else {
                self.messages.append(message)
            }
        }
    }
}

/// Where a follow-up lies: in the shard of its mailbox, which its id names.
enum FollowUpID {
    /// No other task's id begins so.
    private static let sign = "@"

    static func text(_ followUp: FollowUp, of mailbox: Address, _ number: UInt64) -> String {
        "\(Self.sign)\(mailbox) \(followUp.kind) \(followUp.target) \(number)"
    }

    /// The mailbox that an id names; nil when it is no follow-up's.
    static func mailbox(of id: String) -> Substring? {
        guard id.hasPrefix(Self.sign) else { return nil }
        return id.dropFirst(Self.sign.count).prefix { $0 != " " }
    }
}
