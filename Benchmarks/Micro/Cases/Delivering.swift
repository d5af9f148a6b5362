internal import Engine
internal import NIOCore
internal import Primitives
internal import Telemetry

extension MicroCase {
    static let delivering = [
        MicroCase(
            name: "deliver",
            unit: "a delivery of a message to one of 1,000 sessions, with a thousandth of its publish",
            operations: Broadcasts.sessionCount,
            warmUp: 8,
            rounds: 16
        ) { () throws(MicroError) in try Broadcasts() },
        MicroCase(
            name: "recover",
            unit: "a session that follows and gets the 100 messages it missed, and goes again",
            operations: 1,
            rounds: 64
        ) { () throws(MicroError) in try Recoveries() },
    ]
}

/// One publisher, and a thousand sessions that follow.
private final class Broadcasts: MicroWork {
    static let sessionCount = 1_000

    private let stage: Stage
    private let publisher: StageSession
    private let followers: [StageSession]
    private let command: PublishCommand

    init() throws(MicroError) {
        let stage = try Stage()
        let channel = try stage.makeChannel(owner: Stage.owner)
        self.stage = stage
        self.publisher = try StageSession(on: stage)
        var followers: [StageSession] = []
        for _ in 0..<Self.sessionCount {
            let session = try StageSession(on: stage)
            try session.attach(channel, from: .head)
            followers.append(session)
        }
        self.followers = followers
        self.command = PublishCommand(
            to: channel,
            from: .subject(Stage.owner),
            body: ByteBuffer(string: Sample.body(128))
        )
    }

    func round() throws(MicroError) {
        try self.publisher.publish(self.command, id: 1)
        try self.stage.commit()
    }

    func verify(rounds: Int) throws(MicroError) {
        let deliveries = Int(self.stage.metrics.deliveries.value)
        guard deliveries == rounds * self.followers.count else { throw .undone("\(deliveries) deliveries") }
        guard self.followers.allSatisfy({ !$0.isBehind }) else { throw .undone("a session fell behind") }
    }
}

/// A session that comes back again and again.
private final class Recoveries: MicroWork {
    private static let missedCount = 100

    private let stage: Stage
    private let session: StageSession
    private let channel: Address
    private let start: AttachCommand.Start

    init() throws(MicroError) {
        let stage = try Stage()
        let channel = try stage.makeChannel(owner: Stage.owner)
        self.stage = stage
        self.channel = channel
        self.session = try StageSession(on: stage)
        let command = PublishCommand(
            to: channel,
            from: .subject(Stage.owner),
            body: ByteBuffer(string: Sample.body(128))
        )
        for number in 1...UInt32(Self.missedCount + 100) { try self.session.publish(command, id: number) }
        try stage.commit()
        try self.session.attach(channel, from: .head)
        guard let attached = self.session.attached else { throw .refused("the session may not follow") }
        self.start = .recover(attached.epoch, Seq(rawValue: attached.head.rawValue - UInt64(Self.missedCount)))
        try self.session.detach(channel)
    }

    func round() throws(MicroError) {
        try self.session.attach(self.channel, from: self.start)
        try self.session.detach(self.channel)
    }

    func verify(rounds: Int) throws(MicroError) {
        guard self.session.recoveredCount == rounds * Self.missedCount
        else { throw .undone("\(self.session.recoveredCount) messages were recovered") }
    }
}
