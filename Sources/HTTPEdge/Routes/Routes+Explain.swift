internal import Drivers
internal import Engine
internal import HTTPTypes
internal import HummingbirdCore
internal import Messenger
internal import NIOCore
internal import Policies
internal import Primitives
internal import Wire

/// Why a driver was told something, or was not (E4).
extension Services {
    func explain(_ call: Call) async throws(Problem) -> Response {
        let message = call.query["message"], subject = call.query["subject"]
        switch (message, subject) {
        case (let message?, nil):
            guard call.query["since"] == nil else {
                throw Problem(.badRequest, "The query parameter \"since\" goes with \"subject\".")
            }
            return try await self.explain(message: message, call)
        case (nil, let subject?): return try await self.explain(subject: subject, call)
        default:
            throw Problem(.badRequest, "One of the query parameters \"message\" and \"subject\" must be given.")
        }
    }

    /// By the id of a driver's message, or by that of an item.
    private func explain(message text: String, _ call: Call) async throws(Problem) -> Response {
        if let id = MessageID(text), id.mailbox.kind == .driver {
            let explanation = try await driving { () throws(DriverError) in
                try await self.drivers.explain(id.seq, of: id.mailbox)
            }
            return Self.answer(explanation, subject: id.mailbox.description, message: text)
        }
        var place = CopyPlace()
        if let after = call.query["after"] {
            guard let given = CopyPlace(after) else { throw Problem(DriverError.badCursor) }
            place = given
        }
        let countMax = try call.query.limit(default: 50, max: 500)
        let explanation = try await driving { [place] () throws(DriverError) in
            try await self.drivers.explain(item: text, from: place, countMax: countMax)
        }
        return Self.answer(explanation, subject: nil, message: text)
    }

    private func explain(subject text: String, _ call: Call) async throws(Problem) -> Response {
        guard let driver = Address(text), driver.kind == .driver else {
            throw Problem(.badRequest, "\"\(Problem.shown(text))\" is not the address of a driver.")
        }
        let since = try call.query.integer("since", in: 0...Int(Timestamp.requestMax)) ?? 0
        let explanation = try await driving { () throws(DriverError) in
            try await self.drivers.explain(driver, since: Timestamp(rawValue: Int64(since)))
        }
        return Self.answer(explanation, subject: text, message: nil)
    }

    private static func answer(_ explanation: Explanation, subject: String?, message: String?) -> Response {
        .json { writer in
            writer.beginObject()
            writer.key("subject")
            if let subject { writer.string(subject) } else { writer.null() }
            writer.key("message")
            if let message { writer.string(message) } else { writer.null() }
            writer.key("decisions")
            writer.beginArray()
            for entry in explanation.entries { writer.value(entry.json) }
            writer.endArray()
            writer.key("next")
            if let next = explanation.next { writer.string(next.text) } else { writer.null() }
            writer.endObject()
        }
    }
}

/// Decisions under other rules.
extension Services {
    func replay(_ call: Call) async throws(Problem) -> Response {
        let fields = try RequestFields(call.body, known: ["from", "to", "subject", "version", "policies"])
        let from = try fields.require("from", fields.integer("from", in: 0...Timestamp.requestMax))
        let to = try fields.require("to", fields.integer("to", in: 0...Timestamp.requestMax))
        guard from < to else { throw Problem(DriverError.badField("to", expected: "later than \"from\"")) }
        let subject = try fields.string("subject").map { (text) throws(Problem) in
            guard let address = Address(text), address.kind == .driver else {
                throw Problem(DriverError.badField("subject", expected: "the address of a driver"))
            }
            return address
        }
        let version = try fields.integer("version", in: 0...Int64(UInt32.max)), document = try fields.object("policies")
        guard (version == nil) != (document == nil) else {
            throw Problem(.badRequest, "Either \"version\" or \"policies\" must be given.")
        }
        let replayed = try await driving { () throws(DriverError) in
            let rules: PolicyRules
            if let version {
                rules = try await self.drivers.configurations.policyRules(of: UInt32(version))
            } else {
                rules = try Configurations.policyRules(document.map { Array(buffer: $0) } ?? [])
            }
            return try await self.drivers.replay(
                under: rules,
                from: Timestamp(rawValue: from),
                until: Timestamp(rawValue: to),
                of: subject
            )
        }
        return Self.answer(replayed)
    }

    private static func answer(_ replayed: Replayed) -> Response {
        .json { writer in
            writer.beginObject()
            writer.member("recipients", Int64(replayed.recipientCount))
            writer.member("decided", Int64(replayed.decidedCount))
            writer.member("changed", Int64(replayed.changedCount))
            writer.counts("before", replayed.before)
            writer.counts("after", replayed.after)
            writer.key("sample")
            writer.beginArray()
            for change in replayed.sample {
                writer.beginObject()
                writer.member("before", value: change.before.json)
                writer.member("after", value: change.after.json)
                writer.endObject()
            }
            writer.endArray()
            writer.endObject()
        }
    }
}

extension Explanation.Entry {
    /// A decision as DRIVERS shows it, and whom and what it was about.
    var json: JSONValue {
        var members: [String: JSONValue] = [:]
        if case .object(let explained) = self.decision.explained(under: self.rules ?? PolicyRules()) {
            members = explained
        }
        members["subject"] = .string(self.recipient.description)
        members["item"] = .string(self.item)
        members["message"] = self.seq.map { .string(MessageID(mailbox: self.recipient, seq: $0).description) } ?? .null
        return .object(members)
    }
}

extension CopyPlace {
    /// As a cursor: two numbers with a dot between them.
    var text: String { "\(self.shard).\(self.start)" }

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let shard = UInt16(parts[0]), let start = UInt32(parts[1]) else { return nil }
        self.init(shard: Int(shard), start: Int(start))
    }
}
