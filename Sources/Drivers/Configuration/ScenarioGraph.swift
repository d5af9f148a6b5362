package import Policies

/// A conversation as data: what is asked, and what follows which answer (D11).
package struct ScenarioGraph: Equatable, Sendable {
    /// One message of it.
    package struct Node: Equatable, Sendable {
        package var text: String
        /// What may be answered, in the order of display, each with the message that follows.
        package var options: [(answer: String, next: String)]
        /// What follows any text of the driver's own.
        package var free: String?
        /// Nothing follows.
        package var isEnd: Bool

        package static func == (left: Node, right: Node) -> Bool {
            left.text == right.text && left.free == right.free && left.isEnd == right.isEnd
                && left.options.elementsEqual(right.options) { $0 == $1 }
        }

        /// The messages that may follow.
        fileprivate var nexts: [String] { self.options.map(\.next) + (self.free.map { [$0] } ?? []) }
    }

    package var id: String
    package var version: Int64
    package var start: String
    package var nodes: [String: Node]

    /// The one message that follows an answer, or nil when the question does not offer it.
    package func next(after node: String, _ answer: String, isFree: Bool) -> String? {
        guard let asked = self.nodes[node] else { return nil }
        if let option = asked.options.first(where: { $0.answer == answer }) { return option.next }
        return isFree ? asked.free : nil
    }
}

/// The document `scenarios`.
extension ScenarioGraph {
    static let graphsMax = 200
    static let nodesMax = 500
    static let optionsMax = 20
    static let textBytes = 1...4096

    /// `{"scenarios":[{"id","version","start","messages":{...}}]}`.
    package static func graphs(_ document: ConfigurationNode) throws(ConfigurationFault) -> [String: ScenarioGraph] {
        var graphs: [String: ScenarioGraph] = [:]
        for node in try document.object(allowing: "scenarios").required("scenarios").list(countMax: Self.graphsMax) {
            let graph = try ScenarioGraph(node)
            guard graphs.updateValue(graph, forKey: graph.id) == nil else { throw node.fault(.taken(id: graph.id)) }
        }
        return graphs
    }

    private init(_ document: ConfigurationNode) throws(ConfigurationFault) {
        let object = try document.object(allowing: "id", "version", "start", "messages")
        self.id = try object.required("id").string(bytes: ChatConfiguration.nameBytes)
        self.version = try object.required("version").integer(in: 0...Int64(Int32.max))
        let start = try object.required("start")
        self.start = try start.string(bytes: ChatConfiguration.nameBytes)
        let messages = try object.required("messages").object()
        guard messages.count <= Self.nodesMax else { throw messages.node.fault(.tooManyElements(max: Self.nodesMax)) }
        self.nodes = [:]
        for (name, node) in messages.members { self.nodes[name] = try Node(node, among: messages) }
        guard self.nodes[self.start] != nil else { throw start.fault("names no message of this scenario") }
        let reached = self.reached()
        for (name, node) in messages.members where !reached.contains(name) {
            throw node.fault("cannot be reached from the start")
        }
        let ending = self.ending()
        for (name, node) in messages.members where !ending.contains(name) {
            throw node.fault("never comes to an end, whatever is answered")
        }
    }

    /// What may come, from the start on.
    private func reached() -> Set<String> {
        var reached: Set<String> = [self.start], open = [self.start]
        while let name = open.popLast() {
            for next in self.nodes[name]?.nexts ?? [] where reached.insert(next).inserted { open.append(next) }
        }
        return reached
    }

    /// From where an end may come.
    private func ending() -> Set<String> {
        var ending = Set(self.nodes.filter(\.value.isEnd).keys), hasGrown = true
        while hasGrown {
            hasGrown = false
            for (name, node) in self.nodes where !ending.contains(name) && node.nexts.contains(where: ending.contains) {
                ending.insert(name)
                hasGrown = true
            }
        }
        return ending
    }
}

extension ScenarioGraph.Node {
    fileprivate init(_ document: ConfigurationNode, among messages: ConfigurationObject) throws(ConfigurationFault) {
        func next(_ node: ConfigurationNode) throws(ConfigurationFault) -> String {
            let name = try node.string(bytes: ChatConfiguration.nameBytes)
            guard messages.optional(name) != nil else { throw node.fault("names no message of this scenario") }
            return name
        }
        let object = try document.object(allowing: "text", "options", "free", "end")
        self.text = try object.required("text").string(bytes: ScenarioGraph.textBytes)
        self.options = []
        for node in try object.optional("options")?.list(countMax: ScenarioGraph.optionsMax) ?? [] {
            let option = try node.object(allowing: "answer", "next")
            let answer = try option.required("answer")
            let text = try answer.string(bytes: 1...256)
            guard !self.options.contains(where: { $0.answer == text }) else { throw answer.fault(.taken(id: text)) }
            self.options.append((text, try next(option.required("next"))))
        }
        self.free = nil
        if let free = object.optional("free") { self.free = try next(free) }
        self.isEnd = try object.optional("end")?.boolean() ?? false
        guard !self.isEnd || (self.options.isEmpty && self.free == nil) else {
            throw document.fault("is an end, and has answers")
        }
        guard self.isEnd || !self.options.isEmpty || self.free != nil else {
            throw document.fault("has no answers, and is no end")
        }
    }
}
