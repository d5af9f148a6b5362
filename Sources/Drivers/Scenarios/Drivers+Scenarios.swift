internal import Engine
internal import NIOCore
internal import Policies
internal import Primitives

/// Playing scenarios (D11): exactly one next message for one message and one answer, whatever is repeated or crashes.
extension Drivers {
    /// Says the first message of an item's scenario to those who have the item.
    func begin(_ item: FeedItem, for drivers: [Address]) async throws(DriverError) {
        guard let id = MessageContent(item.body).scenario, !drivers.isEmpty else { return }
        let (graphs, document) = self.configurations.scenarios
        guard let graph = graphs[id] else { return }
        var step = ScenarioStep(scenario: id, document: document, node: graph.start, item: item.id)
        step.isFirst = true
        try await self.say(step, in: graph, of: item, as: ScenarioStep.firstCopy(of: item.id), to: drivers)
    }

    /// What follows an answer, after a message that a scenario said or that began one; nil when nothing does.
    func next(
        after parent: Seq,
        _ content: MessageContent,
        _ word: DriverWord
    ) async throws(DriverError) -> ScenarioNext? {
        guard let answer = word.answerText, let step = try await self.step(of: content) else { return nil }
        guard let graph = try await self.configurations.scenarios(version: step.document)[step.scenario],
            let asked = graph.nodes[step.node]
        else { return nil }
        guard let node = graph.next(after: step.node, answer, isFree: word.isFree) else {
            if word.isFree || asked.isEnd { return nil }
            throw .notAnOption(answer)
        }
        let question = step.isFirst ? "start" : parent.description
        var following = step
        following.node = node
        following.isFirst = false
        return ScenarioNext(step: following, question: question, answer: answer)
    }

    /// Where a message stands in a scenario; that which began one stands where the first question does.
    private func step(of content: MessageContent) async throws(DriverError) -> ScenarioStep? {
        if let step = content.step { return step }
        guard let id = content.scenario, let item = content.itemID else { return nil }
        let (graphs, document) = self.configurations.scenarios
        guard let graph = graphs[id] else { return nil }
        var step = ScenarioStep(scenario: id, document: document, node: graph.start, item: item)
        step.isFirst = true
        return step
    }

    /// Says what follows an answer.
    ///
    /// Done twice it says it once: question and answer name the copy.
    func play(_ next: ScenarioNext, to driver: Address) async throws(DriverError) {
        guard let item = try await self.item(next.step.item),
            let graph = try await self.configurations.scenarios(version: next.step.document)[next.step.scenario]
        else { return }
        let copy = "run/\(item.id)/\(next.question)/\(next.answer)"
        try await self.say(next.step, in: graph, of: item, as: copy, to: [driver])
    }

    private func say(
        _ step: ScenarioStep,
        in graph: ScenarioGraph,
        of item: FeedItem,
        as copy: String,
        to drivers: [Address]
    ) async throws(DriverError) {
        guard let message = graph.nodes[step.node] else { return }
        let body = step.body(message), tags = step.tags(message, of: item)
        var waiting = drivers
        while !waiting.isEmpty {
            var offers = try await self.offers(of: item, to: waiting)
            for index in offers.indices {
                offers[index].item = copy
                offers[index].followUps = []
                offers[index].publish.body = body
                offers[index].publish.tags = tags
                offers[index].candidate = Self.candidate(of: copy, at: self.engine.time.now())
            }
            let offered = try await asking { [offers] () throws(EngineError) in try await self.engine.offer(offers) }
            waiting = offered.filter { $0.outcome == .stale }.map(\.recipient)
        }
    }

    /// The driver asked for it by his answer: it waits for no hour and fills no cap.
    private static func candidate(of copy: String, at now: Timestamp) -> Candidate {
        Candidate(
            message: copy,
            content: ContentHash(of: [copy]),
            messageClass: .critical,
            channel: MessageChannel.feed,
            createdAt: now
        )
    }
}

/// What follows an answer.
struct ScenarioNext: Codable, Equatable, Sendable {
    var step: ScenarioStep
    /// Names the question within the run.
    var question: String
    var answer: String
}
