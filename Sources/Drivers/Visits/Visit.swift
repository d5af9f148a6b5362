internal import Engine
internal import Primitives
internal import Providers

/// What is known of a service that is asked again and again: where the next visit goes on.
struct VisitDocument: Codable, Equatable, Sendable {
    /// What the service called what it gave last.
    var etag: String?
    /// Where its list goes on.
    var cursor: String?

    init() {}

    /// Reads a document; an unreadable one begins anew.
    init(_ document: Document?) {
        self = document.flatMap { DocumentJSON.decode(VisitDocument.self, from: $0.value) } ?? Self()
    }

    var encoded: [UInt8] { DocumentJSON.encode(self) }
}

extension DocumentCollection {
    /// Visits by the sender's name.
    static let visits = DocumentCollection(rawValue: "visits")
}

extension SenderKind {
    /// The kind of the task that visits it; nil when nobody does.
    var visitKind: String? {
        switch self {
        case .scenarios: TaskKind.scenarioGetter
        case .profiles: TaskKind.profileUpdater
        case .metrics: TaskKind.metricsSender
        case .webhook, .fcm, .apns, .webpush, .push, .support: nil
        }
    }
}

extension Drivers {
    /// How soon a visit that could not end is made again, when its sender says nothing of it.
    private static let visitDelay: Duration = .seconds(60)

    /// Begins the visits that the senders want; those that go on stay as they are.
    func scheduleVisits() async {
        for sender in self.configurations.active.senders.values {
            guard let kind = sender.kind.visitKind else { continue }
            let task = DurableTask(
                id: "visit/\(sender.name)/\(kind)",
                kind: kind,
                due: self.engine.time.now(),
                payload: Array(sender.name.utf8)
            )
            _ = try? await self.engine.schedule(task, unlessPresent: true)
        }
    }

    /// Makes one visit; the task comes again as long as the document names its sender.
    func visit(
        _ task: DurableTask,
        _ kind: SenderKind,
        _ body: (Sender, inout VisitDocument) async throws(DriverError) -> CallResult
    ) async -> TaskResult {
        let name = String(decoding: task.payload, as: UTF8.self), now = self.engine.time.now()
        guard let sender = self.configurations.active.senders[name], sender.kind == kind else { return .done }
        let every = sender.every ?? Self.visitDelay
        do throws(DriverError) {
            let document = try await asking { () throws(EngineError) in try await self.engine.document(.visits, name) }
            let known = VisitDocument(document)
            var visited = known
            let result = try await body(sender, &visited)
            if visited != known {
                _ = try await asking { [visited] () throws(EngineError) in
                    try await self.engine.put(.visits, name, value: visited.encoded, expecting: .anything)
                }
            }
            switch result {
            case .answered, .refused, .unknownSender: return .postponed(now + every)
            case .failed(_, let retryAt): return .retry(max(retryAt, now + every))
            case .notTried(let until): return .retry(until)
            }
        } catch {
            return .retry(now + every)
        }
    }
}
