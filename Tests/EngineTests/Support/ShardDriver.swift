import NIOCore
import Primitives
import TestKit

@testable import Engine

/// A shard's state, driven as the shard does it: decide, write the record, apply it.
struct ShardDriver {
    /// One record as it stands in the journal.
    struct Record {
        var kind: RecordKind
        var body: ByteBuffer
    }

    static let keyWindow = Duration.seconds(60)
    static let dayCountMax = 5

    var state = ShardState(keyWindow: Self.keyWindow, dayCountMax: Self.dayCountMax)
    private(set) var records: [Record] = []
    var limits = Limits()
    /// Where messages go that leave memory.
    let cold = SimulatedColdStore()

    mutating func commit(_ kind: RecordKind, _ body: ByteBuffer) {
        self.records.append(Record(kind: kind, body: body))
        Self.apply(Record(kind: kind, body: body), to: &self.state)
    }

    static func apply(_ record: Record, to state: inout ShardState) {
        var body = record.body
        do {
            try state.apply(record.kind, &body)
        } catch {
            preconditionFailure("a record reads back: \(error)")
        }
    }

    mutating func settle<Answer>(
        _ decision: Decision<Answer>,
        _ record: ByteBuffer
    ) -> Result<Answer, EngineError> {
        switch decision {
        case .refuse(let error): return .failure(error)
        case .answer(let answer): return .success(answer)
        case .apply(let kind, let answer):
            self.commit(kind, record)
            return .success(answer)
        }
    }

    /// A publish, or the owner's own word where it is his who speaks.
    mutating func publish(_ command: PublishCommand, at now: Timestamp) -> Result<Published, EngineError> {
        guard let number = self.state.mailboxNumber(command.to) else { return .failure(.notPermitted) }
        var record = ByteBuffer()
        return self.settle(
            self.state.decide(
                command,
                to: number,
                key: command.keyRecord,
                isReply: command.to.kind == .driver && command.from.address == command.to,
                at: now,
                into: &record
            ),
            record
        )
    }

    mutating func create(_ command: CreateMailboxCommand, at now: Timestamp, epoch: UInt32) -> Result<Bool, EngineError>
    {
        var record = ByteBuffer()
        let epoch = Epoch(rawValue: epoch)
        return self.settle(
            self.state.decide(command, at: now, epoch: epoch, limits: self.limits, into: &record),
            record
        )
    }

    mutating func change(
        _ mailbox: Address,
        by sender: Principal,
        _ change: MembershipChange
    ) -> Result<[Address], EngineError> {
        guard let number = self.state.mailboxNumber(mailbox) else { return .failure(.notPermitted) }
        var record = ByteBuffer()
        return self.settle(
            self.state.decide(change, of: number, by: sender, limits: self.limits, into: &record),
            record
        )
    }

    mutating func acknowledge(
        _ mailbox: Address,
        by member: Address,
        delivered: UInt64?,
        read: UInt64?
    ) -> Result<Bool, EngineError> {
        guard let number = self.state.mailboxNumber(mailbox) else { return .failure(.notPermitted) }
        var command = AcknowledgeCommand(
            mailbox: mailbox,
            member: member,
            delivered: delivered.map(Seq.init(rawValue:)),
            read: read.map(Seq.init(rawValue:))
        )
        if let seqs = self.state.uncountedSeqs(command, in: number) {
            let after = self.state.member(member, of: self.state.mailboxes[Int(number)])?.row.read ?? .zero
            guard case .command(.acknowledge(let counted)) = self.readCold(.acknowledge(command, seqs, after: after))
            else { preconditionFailure("counting leads back to the command") }
            command = counted
        }
        var record = ByteBuffer()
        let decision = self.state.decide(command, in: number, into: &record)
        return self.settle(decision, record).map { $0 != nil }
    }

    mutating func put(
        _ id: DocumentID,
        _ value: [UInt8],
        _ expectation: DocumentExpectation
    ) -> Result<UInt64, EngineError> {
        let next = self.state.nextVersion(of: id, expecting: expectation)
        guard case .success(let version) = next else { return next }
        var record = ByteBuffer()
        DocumentPutRecord(
            document: Document(collection: id.collection, key: id.key, version: version, value: value)
        ).write(into: &record)
        self.commit(.documentPut, record)
        return next
    }

    mutating func delete(_ id: DocumentID) {
        var record = ByteBuffer()
        DocumentDeletedRecord(id: id).write(into: &record)
        self.commit(.documentDeleted, record)
    }

    mutating func put(_ task: DurableTask) {
        var record = ByteBuffer()
        task.write(into: &record)
        self.commit(.taskPut, record)
    }

    mutating func lease(at now: Timestamp, for span: Duration) -> DurableTask? {
        guard var task = self.state.popDueTask(at: now) else { return nil }
        task.attempts += 1
        task.leasedUntil = now + span
        self.put(task)
        return task
    }

    mutating func removeTask(_ id: String) {
        var record = ByteBuffer()
        record.writeShortString(id)
        self.commit(.taskRemoved, record)
    }

    mutating func changeEpoch(_ mailbox: Address, _ epoch: UInt32) {
        var record = ByteBuffer()
        EpochChangedRecord(address: mailbox, epoch: Epoch(rawValue: epoch)).write(into: &record)
        self.commit(.epochChanged, record)
    }
}
