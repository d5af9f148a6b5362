internal import Accounts
internal import Drivers
internal import Engine
internal import Messenger
internal import NIOCore
internal import Policies
internal import Primitives
internal import Wire

#if canImport(FoundationEssentials)
private import FoundationEssentials
#else
private import Foundation
#endif

/// What `POST /v1/feeds/items` asks for.
struct ItemRequest {
    private static let fieldNames = [
        "key", "tags", "to", "text", "payload", "class", "priority", "startsAt", "expiresAt", "push",
        "plan",
    ]
    private static let tagsMax = 16
    private static let textBytesMax = 16 * 1024

    let key: String
    let draft: FeedItem
    let target: FeedItem.Target
    let producer: Principal
    let plan: ItemPlan?

    init(_ call: Call) throws(Problem) {
        let fields = try RequestFields(call.body, known: Self.fieldNames)
        guard let key = try IdempotencyKey.agreed(field: fields.string("key"), headers: call.headers) else {
            throw Problem(.badRequest, "The field \"key\" is missing.")
        }
        guard MessageDraft.isKey(key) else {
            throw Problem(.badRequest, "The field \"key\" must have 1 to 255 printable ASCII characters.")
        }
        self.key = key
        self.producer = try call.identity.principal
        self.target = try Self.target(fields.require("to", fields.object("to")))
        self.draft = try Self.draft(fields)
        self.plan = try fields.string("plan").map { (text) throws(Problem) in
            guard let plan = ItemPlan(text) else {
                throw Problem(DriverError.badField("plan", expected: "the \"plan\" of a simulation"))
            }
            return plan
        }
    }

    /// What is to be simulated: as an item, but without a key or a plan.
    static func simulated(_ call: Call) throws(Problem) -> (draft: FeedItem, target: FeedItem.Target) {
        let known = Self.fieldNames.filter { $0 != "key" && $0 != "plan" }
        let fields = try RequestFields(call.body, known: known)
        return (try Self.draft(fields), try Self.target(fields.require("to", fields.object("to"))))
    }

    private static func draft(_ fields: RequestFields) throws(Problem) -> FeedItem {
        let tags = try fields.require("tags", fields.strings("tags"))
        guard (1...Self.tagsMax).contains(tags.count), Set(tags).count == tags.count, tags.allSatisfy(FeedTag.isTag)
        else { throw Problem.badTag }
        let text = try fields.require("text", fields.string("text"))
        guard text.utf8.count <= Self.textBytesMax else {
            throw Problem(DriverError.badField("text", expected: "at most \(Self.textBytesMax) bytes"))
        }
        let name = try fields.require("class", fields.string("class"))
        guard let messageClass = MessageClass.allCases.first(where: { $0.name == name }) else {
            let names = MessageClass.allCases.map { "\"\($0.name)\"" }.joined(separator: ", ")
            throw Problem(DriverError.badField("class", expected: "one of \(names)"))
        }
        let startsAt = try fields.integer("startsAt", in: 0...Timestamp.requestMax)
        let expiresAt = try fields.integer("expiresAt", in: 0...Timestamp.requestMax)
        if let startsAt, let expiresAt, expiresAt <= startsAt {
            throw Problem(DriverError.badField("expiresAt", expected: "later than \"startsAt\""))
        }
        var draft = FeedItem(tags: tags, text: text, messageClass: messageClass)
        draft.payload = try fields.object("payload").map { String(buffer: $0) }
        draft.priority = try fields.integer("priority", in: -128...127) ?? 0
        draft.startsAt = startsAt
        draft.expiresAt = expiresAt
        draft.push = try fields.object("push").map { (text) throws(Problem) in
            let push = try RequestFields(text, known: ["title", "body"])
            return FeedItem.Push(
                title: try push.require("title", push.string("title")),
                body: try push.require("body", push.string("body"))
            )
        }
        return draft
    }

    private static func target(_ text: ByteBuffer) throws(Problem) -> FeedItem.Target {
        let fields = try RequestFields(text, known: ["drivers", "predicate", "channel"])
        let given = ["drivers", "predicate", "channel"].filter { fields.json.raw($0) != nil }
        guard given.count == 1 else {
            throw Problem(DriverError.badField("to", expected: "one of \"drivers\", \"predicate\" and \"channel\""))
        }
        if let drivers = try fields.strings("drivers") {
            guard drivers.count <= Drivers.recipientsMax else {
                throw Problem(DriverError.tooMany(field: "to", countMax: Drivers.recipientsMax))
            }
            for id in drivers where Address(kind: .driver, id: id) == nil {
                throw Problem(.badRequest, "\"\(Problem.shown(id))\" is not the id of a driver.")
            }
            return .drivers(drivers)
        }
        if let channel = try fields.string("channel") { return .channel(channel) }
        let raw = try fields.require("predicate", fields.object("predicate"))
        guard let json = try? JSONDecoder().decode(JSONValue.self, from: Data(raw.readableBytesView)) else {
            throw Problem(DriverError.badField("to", expected: "a predicate"))
        }
        do throws(ConfigurationFault) {
            _ = try Predicate(ConfigurationNode(json, path: "/to/predicate"))
        } catch {
            throw Problem(DriverError.fault(error))
        }
        return .predicate(json)
    }
}

extension Problem {
    static var badTag: Problem {
        Problem(
            DriverError.badField("tags", expected: "1 to 16 different tags of 1 to 64 bytes that do not begin with ~")
        )
    }
}
