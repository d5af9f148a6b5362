import Foundation
import NIOCore
import Primitives
import Testing

@testable import Engine

/// A million mailboxes are a requirement, so their size is one.
///
/// `MEMORY_MAILBOXES=100000` measures more of them.
@Suite("Memory", .serialized)
struct MemoryTests {
    @Test("Rows are of the sizes that were planned for")
    func rows() {
        #expect(MemoryLayout<Mailbox>.stride <= 64)
        #expect(MemoryLayout<Member>.stride <= 40)
        #expect(MemoryLayout<MessageRef>.stride == 8)
        #expect(MemoryLayout<Extent>.stride == 12)
        #expect(MemoryLayout<Inbox>.stride == 36)
        #expect(MemoryLayout<InboxCopy>.stride == 24)
        #expect(MemoryLayout<LastWord>.stride == 8)
        #expect(MemoryLayout<DriverEvents>.stride == 64)
        #expect(MemoryLayout<Roster.Entry>.stride == 8)
        #expect(MemoryLayout<SessionRef>.size == 12)
        print("Mailbox \(MemoryLayout<Mailbox>.size), Member \(MemoryLayout<Member>.size) bytes")
    }

    @Test("A mailbox with ten messages of 128 bytes takes little more than its messages", .timeLimit(.minutes(10)))
    func mailboxes() async throws {
        // In a process of its own: other tests would count, too.
        let result = try await #require(processExitsWith: .success, observing: [\.standardOutputContent]) {
            let environment = ProcessInfo.processInfo.environment
            let mailboxCount = environment["MEMORY_MAILBOXES"].flatMap { Int($0) } ?? 20_000, messageCount = 10
            let before = try Self.residentBytes()
            var states = (0..<16).map { _ in ShardState(keyWindow: .seconds(1)) }
            let body = ByteBuffer(repeating: UInt8(ascii: "x"), count: 128)
            for number in 0..<mailboxCount { Self.fill(&states[number % 16], number, messageCount, body) }
            let perMailbox = (try Self.residentBytes() - before) / mailboxCount
            let stored = states.reduce(0) { $0 + $1.messages.storedBytes } / mailboxCount
            print("resident bytes per mailbox: \(perMailbox), of which \(stored) are messages")
            #expect(states.reduce(0) { $0 + $1.messageCount } == mailboxCount * messageCount)
            #expect(perMailbox < stored + 950, "\(perMailbox) bytes")
        }
        let lines = String(decoding: result.standardOutputContent, as: UTF8.self).split(separator: "\n")
        print(lines.first { $0.contains("resident") } ?? "no figure")
    }

    private static func fill(_ state: inout ShardState, _ number: Int, _ messageCount: Int, _ body: ByteBuffer) {
        let driver = Address(trusted: .driver, id: "driver-\(number)")
        var record = ByteBuffer()
        MailboxCreatedRecord(
            address: driver,
            epoch: Epoch(rawValue: 1),
            at: Timestamp(rawValue: 1),
            isPublic: false,
            title: "",
            owner: nil,
            members: [driver],
            key: nil
        ).write(into: &record)
        ShardDriver.apply(.init(kind: .mailboxCreated, body: record), to: &state)
        let command = PublishCommand(to: driver, from: .service("s"), body: body)
        for seq in 1...UInt64(messageCount) {
            record.clear()
            PublishedRecord(durability: .synced, key: nil).write(to: driver, into: &record)
            StoredMessage.write(command, seq: Seq(rawValue: seq), at: Timestamp(rawValue: 1), into: &record)
            ShardDriver.apply(.init(kind: .published, body: record), to: &state)
        }
    }

    private static func residentBytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        return try #require(line.split(separator: " ").compactMap { Int($0) }.first) * 1024
    }
}
