internal import Primitives

extension Cap {
    static let limitMax: Int64 = 1000
    /// 31 days.
    static let windowMaxMilliseconds = 31 * Zone.dayMilliseconds
    static let idBytes = 1...64
    static let nameBytes = 1...128

    /// Reads one element of `caps`.
    init(_ node: ConfigurationNode) throws(ConfigurationFault) {
        let rule = try node.object(allowing: "id", "scope", "limit", "window", "counts", "onExceed")
        self.id = try rule.required("id").string(bytes: Self.idBytes)
        self.scope = try Scope(rule.required("scope"))
        self.limit = Int(try rule.required("limit").integer(in: 0...Self.limitMax))
        self.window = try Window(rule.required("window"))
        if let counts = rule.optional("counts"), try counts.string() != "accepted" {
            throw counts.fault(.notOneOf(["accepted"]))
        }
        self.onExceed =
            try rule.optional("onExceed").map { node throws(ConfigurationFault) in try Excess(node) } ?? .drop
    }
}

extension Cap.Scope {
    fileprivate init(_ node: ConfigurationNode) throws(ConfigurationFault) {
        let text = try node.string()
        if text == "all" {
            self = .all
            return
        }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, Cap.nameBytes.contains(parts[1].utf8.count) else { throw Self.fault(at: node) }
        switch parts[0] {
        case "channel": self = .channel(NameHash(parts[1]))
        case "tag": self = .tag(NameHash(parts[1]))
        case "campaign": self = .campaign(NameHash(parts[1]))
        case "class":
            guard let messageClass = MessageClass.allCases.first(where: { $0.name == parts[1] }) else {
                throw node.fault("names no class of messages: \"\(parts[1])\"")
            }
            self = .messageClass(messageClass)
        default: throw Self.fault(at: node)
        }
    }

    private static func fault(at node: ConfigurationNode) -> ConfigurationFault {
        node.fault("must be \"all\", or \"channel:\", \"tag:\", \"class:\" or \"campaign:\" and a name")
    }
}

extension Cap.Window {
    fileprivate init(_ node: ConfigurationNode) throws(ConfigurationFault) {
        let window = try node.object(allowing: "rolling", "calendar")
        guard window.count == 1 else { throw node.fault("must have one of \"rolling\" and \"calendar\"") }
        if let rolling = window.optional("rolling") {
            self = .rolling(milliseconds: try rolling.integer(in: 1...Cap.windowMaxMilliseconds))
            return
        }
        let calendar = try window.required("calendar")
        switch try calendar.string() {
        case "day": self = .day
        case "week": self = .week
        default: throw calendar.fault(.notOneOf(["day", "week"]))
        }
    }
}

extension Cap.Excess {
    fileprivate init(_ node: ConfigurationNode) throws(ConfigurationFault) {
        if case .string(let word) = node.value {
            guard word == "drop" else {
                throw node.fault("must be \"drop\", or an object with \"hold\" or \"downgrade\"")
            }
            self = .drop
            return
        }
        let excess = try node.object(allowing: "hold", "downgrade")
        guard excess.count == 1 else { throw node.fault("must have one of \"hold\" and \"downgrade\"") }
        if let hold = excess.optional("hold") {
            let untilMax = try hold.object(allowing: "untilMax").required("untilMax")
            self = .hold(untilMaxMilliseconds: try untilMax.integer(in: 1...Cap.windowMaxMilliseconds))
        } else {
            self = .downgrade(channel: try excess.required("downgrade").string(bytes: Cap.nameBytes))
        }
    }
}
