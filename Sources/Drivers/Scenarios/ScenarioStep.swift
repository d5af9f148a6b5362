internal import Engine
internal import NIOCore
internal import Policies
internal import Primitives
internal import Wire

/// Where a message stands in a scenario: in the body of each message that a scenario says.
package struct ScenarioStep: Codable, Equatable, Sendable {
    /// The scenario's id.
    package var scenario: String
    /// The version of the document `scenarios`: a run goes on in the graph in which it began.
    package var document: UInt64
    /// The message's name in the graph.
    package var node: String
    /// The item that began the run.
    package var item: String
    /// The run's first question: what began the run and it are answered as one message.
    package var isFirst = false

    /// Reads the member `step` of a body; nil when it is none.
    init?(_ text: ByteBuffer) {
        guard let fields = try? JSONFields(text, known: ["scenario", "document", "node", "item", "first"]),
            let scenario = try? fields.string("scenario"), let node = try? fields.string("node"),
            let item = try? fields.string("item"), let document = try? fields.integer("document", in: 0...Int64.max)
        else { return nil }
        self.init(scenario: scenario, document: UInt64(document), node: node, item: item)
        self.isFirst = (try? fields.boolean("first")) ?? false
    }

    init(scenario: String, document: UInt64, node: String, item: String) {
        self.scenario = scenario
        self.document = document
        self.node = node
        self.item = item
    }

    /// The copy that the first question of an item's scenario is.
    static func firstCopy(of item: String) -> String { "run/\(item)/start" }

    /// The body of this step's message.
    func body(_ message: ScenarioGraph.Node) -> ByteBuffer {
        var body = ByteBuffer()
        body.writeJSON { writer in
            writer.beginObject()
            writer.member("type", "survey")
            writer.member("text", message.text)
            if !message.options.isEmpty {
                writer.key("options")
                writer.beginArray()
                for option in message.options { writer.string(option.answer) }
                writer.endArray()
            }
            writer.key("step")
            writer.beginObject()
            writer.member("scenario", self.scenario)
            writer.member("document", self.document)
            writer.member("node", self.node)
            writer.member("item", self.item)
            if self.isFirst { writer.member("first", true) }
            writer.endObject()
            writer.endObject()
        }
        return body
    }

    /// The message's tags: those of the item that began the run, and what the inbox is to know of it.
    func tags(_ message: ScenarioGraph.Node, of item: FeedItem) -> [MessageTag] {
        var tags = item.tags.map { MessageTag(name: $0, value: "") }
        tags.append(MessageTag(name: MessageLabels.runTag, value: self.item))
        if message.isEnd { tags.append(MessageTag(name: MessageLabels.endTag, value: "")) }
        return tags
    }
}
