internal import Accounts
internal import Engine
internal import HTTPTypes
internal import HummingbirdCore
internal import Primitives
internal import Wire

/// Durable tasks: what waits for its time, what is retried, and what an operator does about it.
extension Services {
    static var taskRoutes: [Route] {
        [
            Route(.get, "/v1/tasks", .key(.operator), query: ["kind", "limit", "after"]) {
                (services, call) throws(Problem) in try await services.listTasks(call)
            },
            Route(.post, "/v1/tasks/{id}/run", .key(.operator)) { (services, call) throws(Problem) in
                try await services.runTask(call)
            },
            Route(.delete, "/v1/tasks/{id}", .key(.operator)) { (services, call) throws(Problem) in
                let id = call.captures[0]
                try await Self.task { () throws(EngineError) in try await services.engine.drop(task: id) }
                return .noContent
            },
        ]
    }

    /// A payload longer than this is not shown.
    static let shownPayloadBytesMax = 1024

    private func listTasks(_ call: Call) async throws(Problem) -> Response {
        var after: TaskPlace?
        if let text = call.query["after"] {
            guard let place = TaskPlace(text) else {
                throw Problem(.badRequest, "The query parameter \"after\" is no cursor that this server gave.")
            }
            after = place
        }
        let filter = TaskFilter(kind: call.query["kind"], after: after, countMax: try call.query.limit())
        let facts = try await HTTPEdge.engine { () throws(EngineError) in try await self.engine.tasks(filter) }
        return .json(expecting: 512 + 256 * facts.page.count) { writer in
            writer.beginObject()
            writer.key("kinds")
            writer.beginArray()
            for (kind, counts) in facts.counts.sorted(by: { $0.key < $1.key }) { writer.counts(counts, of: kind) }
            writer.endArray()
            writer.key("tasks")
            writer.beginArray()
            for task in facts.page { writer.task(task) }
            writer.endArray()
            writer.key("next")
            if facts.hasMore, let last = facts.page.last { writer.string(last.place.text) } else { writer.null() }
            writer.endObject()
        }
    }

    private func runTask(_ call: Call) async throws(Problem) -> Response {
        try call.expectNoFields()
        let id = call.captures[0]
        try await Self.task { () throws(EngineError) in try await self.engine.hasten(task: id) }
        return .noContent
    }

    private static func task(_ body: () async throws(EngineError) -> Void) async throws(Problem) {
        do throws(EngineError) {
            try await body()
        } catch .notFound {
            throw Problem(.notFound, "There is no such task: it may be done.")
        } catch .conflict {
            throw Problem(.conflict, "The task is being worked on now.")
        } catch {
            throw Problem(error)
        }
    }
}

extension TaskPlace {
    /// As a cursor: the time, a dot, the id.
    fileprivate var text: String { "\(self.due.rawValue).\(self.id)" }

    fileprivate init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let due = Int64(parts[0]), !parts[1].isEmpty else { return nil }
        self.init(due: Timestamp(rawValue: due), id: String(parts[1]))
    }
}

extension JSONWriter {
    fileprivate mutating func counts(_ counts: TaskCounts, of kind: String) {
        self.beginObject()
        self.member("kind", kind)
        self.member("waiting", Int64(counts.waiting))
        self.member("due", Int64(counts.due))
        self.member("leased", Int64(counts.leased))
        self.member("attemptsMax", UInt64(counts.attemptsMax))
        if let next = counts.nextDue { self.member("nextDue", next.rawValue) }
        self.endObject()
    }

    fileprivate mutating func task(_ task: DurableTask) {
        self.beginObject()
        self.member("id", task.id)
        self.member("kind", task.kind)
        self.member("due", task.due.rawValue)
        self.member("attempts", UInt64(task.attempts))
        if let leasedUntil = task.leasedUntil { self.member("leasedUntil", leasedUntil.rawValue) }
        self.member("payloadBytes", Int64(task.payload.count))
        if task.payload.count <= Services.shownPayloadBytesMax,
            let payload = String(validating: task.payload, as: UTF8.self)
        {
            self.member("payload", payload)
        }
        self.endObject()
    }
}
