internal import Disks
internal import Engine
internal import Journaling
internal import NIOCore
internal import Primitives
internal import Telemetry

extension MicroCase {
    static let publishing = [
        MicroCase(
            name: "publish",
            unit: "a durable publish alone in its commit, to the acknowledgement on its socket",
            operations: 1,
            rounds: 512
        ) { () throws(MicroError) in try Publishes(batch: 1) },
        MicroCase(
            name: "publish-64",
            unit: "a durable publish among 64 of one read and commit, to the acknowledgement on its socket",
            operations: 64,
            rounds: 32
        ) { () throws(MicroError) in try Publishes(batch: 64) },
        MicroCase(
            name: "publish-keyed",
            unit: "the same as publish, under a key of its own",
            operations: 1,
            rounds: 512
        ) { () throws(MicroError) in try Publishes(batch: 1, keys: .fresh) },
        MicroCase(
            name: "publish-again",
            unit: "a publish whose key is known, to the first one's acknowledgement on its socket",
            operations: 1,
            rounds: 512
        ) { () throws(MicroError) in try Publishes(batch: 1, keys: .repeated) },
        MicroCase(
            name: "journal",
            unit: "a record of 200 bytes among 64 of one commit: laid out, summed, written, synced",
            operations: JournalWriting.batch,
            rounds: 32
        ) { () throws(MicroError) in try JournalWriting() },
    ]
}

/// Publishes of one session to a group that nobody follows: decided, journaled, synced, acknowledged.
private final class Publishes: MicroWork {
    /// What the publishes carry as their idempotency keys.
    enum Keys { case none, fresh, repeated }

    private let stage: Stage
    private let session: StageSession
    private let batch: Int
    private let keys: Keys
    /// Written before anything is counted.
    private let freshKeys: [String]
    private var command: PublishCommand
    private var nextID: UInt32 = 0

    init(batch: Int, keys: Keys = .none) throws(MicroError) {
        let stage = try Stage()
        self.stage = stage
        self.session = try StageSession(on: stage)
        self.batch = batch
        self.keys = keys
        self.freshKeys = keys == .fresh ? (0..<4_096).map { "9b1deb4d-3b7d-4bad-9bdd-\($0)" } : []
        self.command = PublishCommand(
            to: try stage.makeGroup(owner: Stage.owner),
            from: .subject(Stage.owner),
            body: ByteBuffer(string: Sample.body(128)),
            key: keys == .repeated ? "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d" : nil
        )
        if keys == .repeated { try self.publish() }
    }

    func round() throws(MicroError) {
        switch self.keys {
        case .none: try self.publish()
        case .fresh:
            guard self.nextID < self.freshKeys.count else { throw .undone("there are no more keys") }
            self.command.key = self.freshKeys[Int(self.nextID)]
            try self.publish()
        case .repeated:
            try self.session.publish(self.command, id: 1)
            self.stage.runLoop()
        }
    }

    private func publish() throws(MicroError) {
        for _ in 0..<self.batch {
            self.nextID &+= 1
            try self.session.publish(self.command, id: self.nextID)
        }
        try self.stage.commit()
    }

    func verify(rounds: Int) throws(MicroError) {
        let publishes = Int(self.stage.metrics.publishes.value), duplicates = Int(self.stage.metrics.duplicates.value)
        let expected = self.keys == .repeated ? (1, rounds) : (rounds * self.batch, 0)
        guard (publishes, duplicates) == expected
        else { throw .undone("\(publishes) publishes and \(duplicates) duplicates") }
        guard self.session.refusals == 0 else { throw .undone("\(self.session.refusals) refusals") }
    }
}

/// Records of nobody's, through the journal alone.
private final class JournalWriting: MicroWork {
    static let batch = 64

    private let directory: ScratchDirectory
    private let journal: Journal
    private var records: RecordBatch
    private let body = ByteBuffer(repeating: 0x2A, count: 200)

    init() throws(MicroError) {
        self.directory = try ScratchDirectory()
        do throws(JournalError) {
            (self.journal, _) = try Journal.open(
                disk: RealDisk(),
                directory: self.directory.path,
                configuration: JournalConfiguration(segmentBytes: Stage.segmentBytes)
            ) { _, _ in }
        } catch {
            throw .refused("\(error)")
        }
        self.records = self.journal.newBatch()
        self.journal.startStepping(onProgress: { _ in }, onFailure: { preconditionFailure("\($0)") })
        while self.journal.step() {}
    }

    func round() throws(MicroError) {
        let body = self.body
        for _ in 0..<Self.batch {
            self.records.append(kind: 1, shard: ShardID(rawValue: 0), body: body.readableBytesSpan)
        }
        do throws(JournalError) { _ = try self.journal.append(self.records) } catch { throw .refused("\(error)") }
        self.records.removeAll()
        guard self.journal.step() else { throw .undone("nothing to commit") }
    }

    func verify(rounds: Int) throws(MicroError) {
        let synced = self.journal.progress.synced.rawValue
        guard synced == UInt64(rounds * Self.batch) else { throw .undone("\(synced) records are synced") }
    }
}
