internal import Engine
internal import NIOCore
internal import Primitives

/// An answer to a scenario's question, written down before it is taken: a crash between the answer and what follows it
/// is made good by the task (D12, `scenario-message-getter`).
struct AnswerTask: Codable, Equatable, Sendable {
    static let kind = "scenario-message-getter"

    var driver: String
    var chat: String
    var parent: UInt64
    var key: String
    var answer: String
    /// A text of the driver's own, and none of the options.
    var isFree: Bool
    var next: ScenarioNext

    var word: DriverWord { self.isFree ? .text(self.answer) : .answer(self.answer) }

    func task(due: Timestamp) -> DurableTask {
        let id = "answer/\(self.driver)/\(self.parent)/\(self.key)"
        return DurableTask(id: id, kind: Self.kind, due: due, payload: DocumentJSON.encode(self))
    }

    static func decode(_ task: DurableTask) -> AnswerTask? {
        DocumentJSON.decode(AnswerTask.self, from: task.payload)
    }
}

extension Drivers {
    /// When an answer is looked at again, should the process end before what follows is said.
    private static let lookBack: Duration = .seconds(5)

    /// Takes an answer to a scenario's question, and says what follows.
    func take(_ answer: AnswerTask) async throws(DriverError) -> Published {
        let due = self.engine.time.now() + Self.lookBack
        try await asking { () throws(EngineError) in try await self.engine.schedule(answer.task(due: due)) }
        return try await self.carryOut(answer)
    }

    /// Both halves of an answer; each is done once, however often it is tried.
    private func carryOut(_ answer: AnswerTask) async throws(DriverError) -> Published {
        let driver = Address(trusted: .driver, id: answer.driver), parent = Seq(rawValue: answer.parent)
        let command = answer.word.command(from: driver, in: answer.chat, to: parent, key: answer.key)
        let followUps = self.followUps(ofWordIn: answer.chat)
        let published = try await asking { () throws(EngineError) in
            try await self.engine.reply(command, followUps: followUps)
        }
        try await self.play(answer.next, to: driver)
        return published
    }

    /// Makes an answer good whose second half is missing.
    func finish(_ task: DurableTask) async -> TaskResult {
        guard let answer = AnswerTask.decode(task) else { return .done }
        do throws(DriverError) {
            _ = try await self.carryOut(answer)
            return .done
        } catch {
            // What can never be taken was refused to the driver as well.
            guard case .engine(let error) = error, error.isPassing else { return .done }
            return .retry(self.engine.time.now() + Self.lookBack)
        }
    }
}

extension EngineError {
    /// Whether the same may be taken later.
    var isPassing: Bool {
        switch self {
        case .storageFull, .unavailable, .heldAfterRestore: true
        case .notPermitted, .notFound, .conflict, .keyReused, .tooManyMembers, .bodyTooLarge, .noSuchReply: false
        }
    }
}
