package import Engine
internal import Policies
internal import Primitives
package import Providers

/// All documents of configuration, compiled.
package struct ActiveConfiguration: Sendable {
    package private(set) var sheet: ChatSheet
    package var policy: Policy
    /// By id.
    package var scenarios: [String: ScenarioGraph] = [:]
    /// By name.
    package var senders: [String: Sender] = [:]
    /// What is to follow at the senders.
    package var work = OutsideWork()
    private var versions: [ConfigurationName: UInt64] = [:]

    package static let initial = ActiveConfiguration(chats: .initial, policy: .initial)

    private init(chats: ChatConfiguration, policy: Policy) {
        self.sheet = ChatSheet(chats, version: 0)
        self.policy = policy
    }

    /// The version of a document; 0 without one.
    func version(of name: ConfigurationName) -> UInt64 { self.versions[name] ?? 0 }

    /// This one with one document replaced.
    func replacing(
        _ name: ConfigurationName,
        _ document: ConfigurationNode,
        version: UInt64
    ) throws(ConfigurationFault) -> ActiveConfiguration {
        var renewed = self, chats = self.sheet.chats
        switch name {
        case .availableChats: chats.chats = try ChatConfiguration.chats(document)
        case .chatTags: chats.routes = try ChatConfiguration.routes(document)
        case .chatMeta: chats.metas = try ChatConfiguration.metas(document)
        case .scenarios: renewed.scenarios = try ScenarioGraph.graphs(document)
        case .senders:
            renewed.senders = try Sender.senders(document)
            renewed.work = OutsideWork(renewed.senders)
        case .policies:
            let rules = try PolicyRules(document: document.value, version: UInt32(truncatingIfNeeded: version))
            renewed.policy = Policy(rules: rules, zones: ZoneTable())
        }
        renewed.versions[name] = version
        let chatNames: [ConfigurationName] = [.availableChats, .chatTags, .chatMeta]
        renewed.sheet = ChatSheet(chats, version: chatNames.reduce(0) { $0 + renewed.version(of: $1) })
        return renewed
    }
}

extension ConfigurationName {
    /// What holds until somebody writes the document.
    var initialText: [UInt8] {
        switch self {
        case .availableChats: Array(#"{"chats":[{"id":"news","predicate":{"allOf":[]}}]}"#.utf8)
        case .chatTags: Array("{}".utf8)
        case .chatMeta: Array(#"{"news":{"title":"News","kind":"news"}}"#.utf8)
        case .scenarios: Array(#"{"scenarios":[]}"#.utf8)
        case .policies, .senders: Array("{}".utf8)
        }
    }
}

extension ConfigurationNode {
    /// Reads a document from JSON text.
    init(text: [UInt8]) throws(ConfigurationFault) {
        guard let value = DocumentJSON.decode(JSONValue.self, from: text) else {
            throw ConfigurationFault(path: "", reason: .other("is not JSON"))
        }
        self.init(value)
    }
}
