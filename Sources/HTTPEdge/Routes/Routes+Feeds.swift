internal import Accounts
internal import Drivers
internal import Engine
internal import HTTPTypes
internal import HummingbirdCore
internal import Messenger
internal import NIOCore
internal import Policies
internal import Primitives
internal import Wire

/// What an organisation's software says to drivers (D8, D9, E4).
extension Services {
    static var feedRoutes: [Route] {
        [
            Route(.post, "/v1/feeds/items", .key(.feeds)) { (services, call) throws(Problem) in
                try await services.addItem(call)
            },
            Route(.post, "/v1/feeds/simulate", .key(.feeds)) { (services, call) throws(Problem) in
                try await services.simulate(call)
            },
            Route(.post, "/v1/feeds/fetch", .key(.feeds)) { (services, call) throws(Problem) in
                try await services.fetchItems(call)
            },
            Route(.get, "/v1/feeds/items/{id}", .key(.feeds)) { (services, call) throws(Problem) in
                try await services.itemCounts(call)
            },
            Route(.delete, "/v1/feeds/items/{id}", .key(.feeds)) { (services, call) throws(Problem) in
                try await driving { () throws(DriverError) in try await services.drivers.cancel(call.captures[0]) }
                return .noContent
            },
            Route(.post, "/v1/drivers/{id}/snooze", .key(.feeds)) { (services, call) throws(Problem) in
                try await services.snooze(call)
            },
            Route(.post, "/v1/policies/replay", .key(.feeds)) { (services, call) throws(Problem) in
                try await services.replay(call)
            },
            Route(.get, "/v1/explain", .key(.feeds), query: ["message", "subject", "since", "limit", "after"]) {
                (services, call) throws(Problem) in try await services.explain(call)
            },
        ]
    }

    private func addItem(_ call: Call) async throws(Problem) -> Response {
        let request = try ItemRequest(call)
        let planned = try await driving { () throws(DriverError) in
            try await self.drivers.add(
                request.draft,
                to: request.target,
                key: request.key,
                by: request.producer,
                under: request.plan
            )
        }
        return .json(.accepted) { writer in
            writer.beginObject()
            writer.member("id", planned.id)
            writer.member("planned", Int64(planned.planned))
            writer.endObject()
        }
    }

    private func simulate(_ call: Call) async throws(Problem) -> Response {
        let (draft, target) = try ItemRequest.simulated(call)
        let simulated = try await driving { () throws(DriverError) in
            try await self.drivers.simulate(draft, to: target)
        }
        return .json { writer in
            writer.beginObject()
            writer.member("plan", simulated.plan.description)
            writer.member("planned", simulated.planned)
            writer.member("asked", simulated.asked)
            writer.counts("verdicts", simulated.verdicts)
            writer.counts("reasons", simulated.reasons)
            writer.key("sample")
            writer.beginArray()
            for entry in simulated.sample { writer.value(entry.json) }
            writer.endArray()
            writer.endObject()
        }
    }

    private func fetchItems(_ call: Call) async throws(Problem) -> Response {
        let fields = try RequestFields(call.body, known: ["driver", "tags", "etag"])
        let driver = try call.driver(fields.require("driver", fields.string("driver")))
        let tags = try fields.require("tags", fields.strings("tags"))
        let etag = try call.etag(fields)
        let fetched = try await driving { () throws(DriverError) in
            try await self.drivers.fetch(of: driver, tags: tags, since: etag)
        }
        return .tagged(fetched.etag) { writer in
            writer.key("items")
            writer.beginArray()
            for item in fetched.items { writer.message(item) }
            writer.endArray()
        }
    }

    private func itemCounts(_ call: Call) async throws(Problem) -> Response {
        let counts = try await driving { () throws(DriverError) in try await self.drivers.counts(of: call.captures[0]) }
        return .json { writer in
            writer.beginObject()
            writer.member("id", counts.item.id)
            writer.member("createdAt", counts.item.createdAt)
            writer.member("planned", Int64(counts.item.planned))
            writer.member("cancelled", counts.item.isCancelled)
            writer.key("counts")
            writer.beginObject()
            for state in ItemCounts.stateNames { writer.member(state, counts.states["\(state)"] ?? 0) }
            writer.member("read", counts.readCount)
            writer.member("replied", counts.repliedCount)
            writer.endObject()
            writer.counts("reasons", counts.reasons)
            writer.endObject()
        }
    }

    private func snooze(_ call: Call) async throws(Problem) -> Response {
        let driver = try call.driver(call.captures[0])
        let fields = try RequestFields(call.body, known: ["tags", "item", "until"])
        let tags = try fields.strings("tags"), item = try fields.string("item")
        let until = try fields.require("until", fields.integer("until", in: 0...Timestamp.requestMax))
        guard (tags == nil) != (item == nil), tags?.isEmpty != true else {
            throw Problem(.badRequest, "Either \"tags\" or \"item\" must be given.")
        }
        for tag in tags ?? [] where !FeedTag.isTag(tag) { throw Problem.badTag }
        try await driving { () throws(DriverError) in
            try await self.drivers.snooze(driver, tags: tags ?? [], item: item, until: Timestamp(rawValue: until))
        }
        return .noContent
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: StaticString, _ count: Int) { self.member(name, Int64(count)) }

    /// A member that is an object of numbers, in the order of their names.
    mutating func counts(_ name: StaticString, _ counts: [String: Int]) {
        self.key(name)
        self.beginObject()
        for (word, count) in counts.sorted(by: { $0.key < $1.key }) {
            self.key(escaping: word)
            self.integer(Int64(count))
        }
        self.endObject()
    }
}

extension Timestamp {
    /// The latest time that a request may name: the year 9999.
    static let requestMax: Int64 = 253_402_300_799_999
}
