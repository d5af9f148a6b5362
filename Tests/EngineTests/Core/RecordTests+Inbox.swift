import NIOCore
import Policies
import Primitives

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
                    ]
                ).write(into: &$0)
            },
            copy: { MarkedRecord(from: &$0).map { record in Self.bytes { record.write(into: &$0) } } }
        ),
        Golden(
            kind: .withdrawn,
            hex: "02 0100 64 0100 69 04",
            write: { WithdrawnRecord(address: Self.driver, item: "i", state: .cancelled).write(into: &$0) },
            copy: { WithdrawnRecord(from: &$0).map { record in Self.bytes { record.write(into: &$0) } } }
        ),
        Golden(
            kind: .pushFailed,
            hex: "02 0100 64 0200 6931",
            write: { PushFailedRecord(address: Self.driver, item: "i1").write(into: &$0) },
            copy: { PushFailedRecord(from: &$0).map { record in Self.bytes { record.write(into: &$0) } } }
        ),
    ]
}
