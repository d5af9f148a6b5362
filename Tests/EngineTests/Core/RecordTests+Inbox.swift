import NIOCore
import Policies
import Primitives
import Testing

@testable import Engine

/// The bytes of what is kept of inboxes.
extension RecordTests {
    static let driver = Address(trusted: .driver, id: "d")

    static let copyOffered: @Sendable (inout ByteBuffer) -> ByteBuffer? = { bytes in
        guard let mailbox = bytes.readAddress() else { return nil }
        return OfferedRecord(behindAddress: &bytes).map { record in
            Self.bytes { record.write(to: mailbox, into: &$0) }
        }
    }

    /// An accepted item's head, which counts toward caps.
    static let accepted: OfferedRecord = {
        var candidate = Candidate(
            message: "i",
            content: ContentHash(rawValue: 0x21),
            messageClass: .service,
            channel: "feed",
            createdAt: Timestamp(rawValue: 0)
        )
        candidate.campaign = NameHash(rawValue: 0x24)
        candidate.tags = [NameHash(rawValue: 0x25), NameHash(rawValue: 0x26)]
        var send = AcceptedSend(of: candidate, by: NameHash(rawValue: 0x23), at: Timestamp(rawValue: 0x20))
        send.origin = NameHash(rawValue: 0x22)
        var record = OfferedRecord(item: "i", state: .accepted, until: Timestamp(rawValue: 0), decision: [1, 2, 3])
        record.send = send
        record.retention = 0x1F
        return record
    }()

    /// As earlier versions wrote them: those that carry what is counted are `timedGoldens`.
    static let inboxGoldens = [
        Golden(
            kind: .offered,
            hex: "02 0100 64 0200 6931 01 0c0b000000000000 0100 09 00",
            write: {
                OfferedRecord(item: "i1", state: .held, until: Timestamp(rawValue: 0x0B0C), decision: [9])
                    .write(to: Self.driver, into: &$0)
            },
            copy: Self.copyOffered
        ),
        Golden(
            kind: .offered,
            hex: "02 0100 64 0100 69 02 0000000000000000 0300 010203 01 1f00000000000000"
                + "2000000000000000 2100000000000000 22000000 23000000 24000000 02 02 25000000 26000000",
            write: { Self.accepted.write(to: Self.driver, into: &$0) },
            copy: Self.copyOffered
        ),
        Golden(
            kind: .marked,
            hex: "02 0100 64 02000000 0700000000000000 01 0800000000000000 03",
            write: {
                MarkedRecord(
                    address: Self.driver,
                    marks: [
                        MessageMark(seq: Seq(rawValue: 7), marks: .delivered),
                        MessageMark(seq: Seq(rawValue: 8), marks: [.delivered, .read]),
                    ],
                    at: nil
                ).write(into: &$0)
            },
            copy: { MarkedRecord(from: &$0).map { record in Self.bytes { record.write(into: &$0) } } }
        ),
        Golden(
            kind: .withdrawn,
            hex: "02 0100 64 0100 69 04",
            write: { WithdrawnRecord(address: Self.driver, item: "i", state: .cancelled, at: nil).write(into: &$0) },
            copy: { WithdrawnRecord(from: &$0).map { record in Self.bytes { record.write(into: &$0) } } }
        ),
        Golden(
            kind: .pushFailed,
            hex: "02 0100 64 0200 6931",
            write: { PushFailedRecord(address: Self.driver, item: "i1").write(into: &$0) },
            copy: { PushFailedRecord(from: &$0).map { record in Self.bytes { record.write(into: &$0) } } }
        ),
    ]

    /// With the time, and for what is not accepted the labels, behind what earlier versions wrote.
    static let timedGoldens = [
        Golden(
            kind: .offered,
            hex: "02 0100 64 0200 6931 01 0c0b000000000000 0100 09 00 4000000000000000 0400 6e657773",
            write: {
                var record = OfferedRecord(item: "i1", state: .held, until: Timestamp(rawValue: 0x0B0C), decision: [9])
                record.kept = OfferedRecord.Kept(at: Timestamp(rawValue: 0x40), labels: "news")
                record.write(to: Self.driver, into: &$0)
            },
            copy: Self.copyOffered
        ),
        Golden(
            kind: .marked,
            hex: "02 0100 64 01000000 0700000000000000 01 4100000000000000",
            write: {
                MarkedRecord(
                    address: Self.driver,
                    marks: [MessageMark(seq: Seq(rawValue: 7), marks: .delivered)],
                    at: Timestamp(rawValue: 0x41)
                ).write(into: &$0)
            },
            copy: { MarkedRecord(from: &$0).map { record in Self.bytes { record.write(into: &$0) } } }
        ),
        Golden(
            kind: .withdrawn,
            hex: "02 0100 64 0100 69 04 4200000000000000",
            write: {
                let at = Timestamp(rawValue: 0x42)
                WithdrawnRecord(address: Self.driver, item: "i", state: .cancelled, at: at).write(into: &$0)
            },
            copy: { WithdrawnRecord(from: &$0).map { record in Self.bytes { record.write(into: &$0) } } }
        ),
    ]

    @Test("A record with its time has its bytes, which read back", arguments: Self.timedGoldens)
    func timed(_ golden: Golden) throws {
        var bytes = Self.bytes(golden.write)
        #expect(Self.hex(bytes) == golden.hex.filter { $0 != " " }, "\(golden.kind)")
        let written = bytes
        #expect(golden.copy(&bytes) == written, "\(golden.kind)")
        #expect(bytes.readableBytes == 0, "\(golden.kind)")
    }

    @Test(
        "Cut within its time, a record is refused; cut before it, it is one of an earlier version",
        arguments: timedGoldens
    )
    func timedPrefixes(_ golden: Golden) {
        let bytes = Self.bytes(golden.write)
        let readable = (0..<bytes.readableBytes).filter { length in
            var prefix = ByteBuffer(bytes.readableBytesView.prefix(length))
            return golden.copy(&prefix) != nil
        }
        #expect(readable == [bytes.readableBytes - (golden.kind == .offered ? 14 : 8)])
    }
}
