import NIOCore
import Primitives
import Testing

@testable import Engine

/// The bytes of records stand in journals that must load for ever: a change here is a new kind of record.
@Suite("Records")
struct RecordTests {
    struct Golden: Sendable {
        var kind: RecordKind
        var hex: String
        var write: @Sendable (inout ByteBuffer) -> Void
        /// Reads the record and writes it again; nil when it cannot be read.
        var copy: @Sendable (inout ByteBuffer) -> ByteBuffer?
    }

    static let copyPublished: @Sendable (inout ByteBuffer) -> ByteBuffer? = { bytes in
        guard let mailbox = bytes.readAddress() else { return nil }
        return PublishedRecord(behindAddress: &bytes).map { record in
            Self.bytes { record.write(to: mailbox, into: &$0) }
        }
    }

    static let user = Address(trusted: .user, id: "u"), group = Address(trusted: .group, id: "g")
    static let key = KeyRecord(scope: "user:u", key: "k", fingerprint: 0x0102_0304_0506_0708)
    static let created = MailboxCreatedRecord(
        address: group,
        epoch: Epoch(rawValue: 0x0A0B_0C0D),
        at: Timestamp(rawValue: 0x11),
        isPublic: true,
        title: "ti",
        owner: user,
        members: [user],
        key: key
    )
    static let task: DurableTask = {
        var task = DurableTask(id: "i", kind: "k", due: Timestamp(rawValue: 2), payload: [9])
        task.attempts = 3
        task.leasedUntil = Timestamp(rawValue: 4)
        return task
    }()

    static let goldens =
        [
            Golden(
                kind: .mailboxCreated,
                hex: "05 0100 67 0d0c0b0a 1100000000000000 01 0200 7469 0600 757365723a75"
                    + "01 0600 757365723a75 0100 6b 0807060504030201 01000000 01 0100 75",
                write: { Self.created.write(into: &$0) },
                copy: { MailboxCreatedRecord(from: &$0).map { record in Self.bytes { record.write(into: &$0) } } }
            ),
            Golden(
                kind: .published,
                hex: "05 0100 67 01 00",
                write: { PublishedRecord(durability: .written, key: nil).write(to: Self.group, into: &$0) },
                copy: Self.copyPublished
            ),
            Golden(
                kind: .published,
                hex: "05 0100 67 00 01 0600 757365723a75 0100 6b 0807060504030201",
                write: { PublishedRecord(durability: .synced, key: Self.key).write(to: Self.group, into: &$0) },
                copy: Self.copyPublished
            ),
            Golden(
                kind: .membersChanged,
                hex: "05 0100 67 01 02000000 01 0100 75 02 0100 64",
                write: {
                    MembersChangedRecord(
                        address: Self.group,
                        operation: .add,
                        members: [Self.user, Address(trusted: .driver, id: "d")]
                    ).write(into: &$0)
                },
                copy: { MembersChangedRecord(from: &$0).map { record in Self.bytes { record.write(into: &$0) } } }
            ),
            Golden(
                kind: .cursorsAdvanced,
                hex: "05 0100 67 01 0100 75 0700000000000000 0600000000000000",
                write: {
                    CursorsAdvancedRecord(
                        address: Self.group,
                        member: Self.user,
                        delivered: Seq(rawValue: 7),
                        read: Seq(rawValue: 6)
                    ).write(into: &$0)
                },
                copy: { CursorsAdvancedRecord(from: &$0).map { record in Self.bytes { record.write(into: &$0) } } }
            ),
            Golden(
                kind: .documentPut,
                hex: "0100 63 0200 6b31 0500000000000000 03000000 010203",
                write: {
                    let collection = DocumentCollection(rawValue: "c")
                    DocumentPutRecord(
                        document: Document(collection: collection, key: "k1", version: 5, value: [1, 2, 3])
                    )
                    .write(into: &$0)
                },
                copy: { DocumentPutRecord(from: &$0).map { record in Self.bytes { record.write(into: &$0) } } }
            ),
            Golden(
                kind: .documentDeleted,
                hex: "0100 63 0100 6b",
                write: {
                    DocumentDeletedRecord(id: DocumentID(collection: DocumentCollection(rawValue: "c"), key: "k"))
                        .write(into: &$0)
                },
                copy: { DocumentDeletedRecord(from: &$0).map { record in Self.bytes { record.write(into: &$0) } } }
            ),
            Golden(
                kind: .taskPut,
                hex: "0100 69 0100 6b 0200000000000000 0400000000000000 03000000 01000000 09",
                write: { Self.task.write(into: &$0) },
                copy: { DurableTask(from: &$0).map { record in Self.bytes { record.write(into: &$0) } } }
            ),
            Golden(
                kind: .taskRemoved,
                hex: "0100 69",
                write: { $0.writeShortString("i") },
                copy: { $0.readShortString().map { id in Self.bytes { $0.writeShortString(id) } } }
            ),
            Golden(
                kind: .epochChanged,
                hex: "05 0100 67 0d0c0b0a",
                write: {
                    EpochChangedRecord(address: Self.group, epoch: Epoch(rawValue: 0x0A0B_0C0D)).write(into: &$0)
                },
                copy: { EpochChangedRecord(from: &$0).map { record in Self.bytes { record.write(into: &$0) } } }
            ),
            Golden(
                kind: .offloaded,
                hex: "05 0100 67 0900000000000000",
                write: { OffloadedRecord(address: Self.group, through: Seq(rawValue: 9)).write(into: &$0) },
                copy: { OffloadedRecord(from: &$0).map { record in Self.bytes { record.write(into: &$0) } } }
            ),
            Golden(
                kind: .deleted,
                hex: "05 0100 67 0900000000000000 0300000000000000 0400000000000000",
                write: {
                    DeletedRecord(
                        address: Self.group,
                        through: Seq(rawValue: 9),
                        coldHash: StateHash(low: 3, high: 4)
                    ).write(into: &$0)
                },
                copy: { DeletedRecord(from: &$0).map { record in Self.bytes { record.write(into: &$0) } } }
            ),
            Golden(
                kind: .settled,
                hex: "03000000",
                write: { SettledRecord(mailboxCount: 3).write(into: &$0) },
                copy: { SettledRecord(from: &$0).map { record in Self.bytes { record.write(into: &$0) } } }
            ),
        ] + Self.inboxGoldens

    static func bytes(_ write: (inout ByteBuffer) -> Void) -> ByteBuffer {
        var buffer = ByteBuffer()
        write(&buffer)
        return buffer
    }

    static func hex(_ buffer: ByteBuffer) -> String {
        buffer.readableBytesView.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("Each kind has its bytes, which read back", arguments: Self.goldens)
    func golden(_ golden: Golden) throws {
        var bytes = Self.bytes(golden.write)
        #expect(Self.hex(bytes) == golden.hex.filter { $0 != " " }, "\(golden.kind)")
        let written = bytes
        let copy = try #require(golden.copy(&bytes), "\(golden.kind)")
        #expect(copy == written, "\(golden.kind)")
        #expect(bytes.readableBytes == 0, "\(golden.kind)")
    }

    @Test("A record that ends too soon is refused, wherever it ends", arguments: Self.goldens)
    func prefixes(_ golden: Golden) {
        let bytes = Self.bytes(golden.write)
        for length in 0..<bytes.readableBytes {
            var prefix = ByteBuffer(bytes.readableBytesView.prefix(length))
            #expect(golden.copy(&prefix) == nil, "\(golden.kind), \(length) bytes")
            var state = ShardState(keyWindow: .seconds(1))
            prefix = ByteBuffer(bytes.readableBytesView.prefix(length))
            #expect(throws: UnreadableRecord(kind: golden.kind.rawValue), "\(golden.kind), \(length) bytes") {
                try state.apply(golden.kind, &prefix)
            }
        }
    }

    @Test("A cursor's record carries the cold messages that were counted, where there are any")
    func countedCursor() throws {
        let record = CursorsAdvancedRecord(
            address: Self.group,
            member: Self.user,
            delivered: Seq(rawValue: 7),
            read: Seq(rawValue: 6),
            ownPassed: 3
        )
        var bytes = Self.bytes { record.write(into: &$0) }
        #expect(Self.hex(bytes).hasSuffix("03000000"))
        #expect(CursorsAdvancedRecord(from: &bytes) == record)
    }

    @Test("Kinds keep their numbers, and each has its bytes here")
    func kinds() {
        #expect(RecordKind.allCases.map(\.rawValue) == Array(1...16))
        #expect(Set(Self.goldens.map(\.kind)) == Set(RecordKind.allCases))
        #expect(MembersChangedRecord.Operation.remove.rawValue == 2)
        #expect(MembersChangedRecord.Operation.makeAdmin.rawValue == 3)
        #expect(MembersChangedRecord.Operation.makeMember.rawValue == 4)
    }

    struct Unknown: Sendable {
        var why: String
        var kind: RecordKind
        var bytes: [UInt8]
    }

    @Test(
        "What no program of ours wrote is refused",
        arguments: [
            Unknown(why: "a kind of address", kind: .epochChanged, bytes: [9, 1, 0, 0x67, 1, 0, 0, 0]),
            Unknown(why: "a kind of address 0", kind: .epochChanged, bytes: [0, 1, 0, 0x67, 1, 0, 0, 0]),
            Unknown(why: "a change of members", kind: .membersChanged, bytes: [5, 1, 0, 0x67, 5, 0, 0, 0, 0]),
            Unknown(why: "a durability", kind: .published, bytes: [5, 1, 0, 0x67, 3, 0]),
            Unknown(
                why: "four thousand million members",
                kind: .membersChanged,
                bytes: [5, 1, 0, 0x67, 1, 255, 255, 255, 255]
            ),
            Unknown(
                why: "a document of four gigabytes",
                kind: .documentPut,
                bytes: [0, 0, 0, 0] + Array(repeating: 255, count: 12)
            ),
        ]
    )
    func unknown(_ unknown: Unknown) {
        var state = ShardState(keyWindow: .seconds(1)), bytes = ByteBuffer(bytes: unknown.bytes)
        #expect(throws: UnreadableRecord(kind: unknown.kind.rawValue), "\(unknown.why)") {
            try state.apply(unknown.kind, &bytes)
        }
    }
}
