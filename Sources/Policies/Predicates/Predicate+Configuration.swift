package import Primitives

/// What a predicate is made of as JSON: one member, whose name says the kind.
extension Predicate {
    package static let depthMax = 16
    package static let nodesMax = 256
    package static let valuesMax = 1000

    /// Compiles `{"eq":["city","moscow"]}` and its kin.
    package init(_ node: ConfigurationNode) throws(ConfigurationFault) {
        var nodesLeft = Self.nodesMax
        try self.init(node, depth: 1, nodesLeft: &nodesLeft)
    }

    private init(_ node: ConfigurationNode, depth: Int, nodesLeft: inout Int) throws(ConfigurationFault) {
        guard depth <= Self.depthMax else { throw node.fault(.tooDeep(max: Self.depthMax)) }
        guard nodesLeft > 0 else { throw node.fault(.tooManyNodes(max: Self.nodesMax)) }
        nodesLeft -= 1
        let object = try node.object()
        guard object.count == 1, let (name, content) = object.members.first else {
            throw node.fault("must have one member, which says what kind of condition it is")
        }
        switch name {
        case "eq":
            let (path, value) = try Self.operands(content)
            self = .equal(path, value.value)
        case "in":
            let (path, list) = try Self.operands(content)
            self = .anyOfValues(path, try list.list(countMax: Self.valuesMax).map(\.value))
        case "gt", "gte", "lt", "lte":
            let (path, value) = try Self.operands(content)
            guard let comparison = Comparison(rawValue: name), [.integer, .number, .string].contains(value.kind) else {
                throw value.fault("must be a number or a string")
            }
            self = .compares(path, comparison, value.value)
        case "contains":
            let (path, value) = try Self.operands(content)
            self = .contains(path, value.value)
        case "startsWith":
            let (path, text) = try Self.operands(content)
            self = .startsWith(path, try text.string())
        case "exists": self = .exists(try AttributePath(content))
        case "rollout": self = .rollout(try Rollout(content))
        case "not": self = .not(try Predicate(content, depth: depth + 1, nodesLeft: &nodesLeft))
        case "allOf": self = .allOf(try Self.parts(content, depth: depth, nodesLeft: &nodesLeft))
        case "anyOf": self = .anyOf(try Self.parts(content, depth: depth, nodesLeft: &nodesLeft))
        default: throw content.fault(.unknownMember)
        }
    }

    /// `[path, value]`.
    private static func operands(
        _ node: ConfigurationNode
    ) throws(ConfigurationFault) -> (
        AttributePath, ConfigurationNode
    ) {
        let pair = try node.list(countMax: 2)
        guard pair.count == 2 else { throw node.fault("must be an attribute's path and a value") }
        return (try AttributePath(pair[0]), pair[1])
    }

    private static func parts(
        _ node: ConfigurationNode,
        depth: Int,
        nodesLeft: inout Int
    ) throws(ConfigurationFault) -> [Predicate] {
        var parts: [Predicate] = []
        for part in try node.list(countMax: Self.nodesMax) {
            parts.append(try Predicate(part, depth: depth + 1, nodesLeft: &nodesLeft))
        }
        return parts
    }

    /// The JSON that it is compiled from.
    package var json: JSONValue {
        switch self {
        case .equal(let path, let value): Self.node("eq", path, value)
        case .anyOfValues(let path, let values): Self.node("in", path, .array(values))
        case .compares(let path, let comparison, let value): Self.node(comparison.rawValue, path, value)
        case .contains(let path, let value): Self.node("contains", path, value)
        case .startsWith(let path, let start): Self.node("startsWith", path, .string(start))
        case .exists(let path): .object(["exists": .string(path.description)])
        case .rollout(let rollout): .object(["rollout": rollout.json])
        case .not(let part): .object(["not": part.json])
        case .allOf(let parts): .object(["allOf": .array(parts.map(\.json))])
        case .anyOf(let parts): .object(["anyOf": .array(parts.map(\.json))])
        }
    }

    private static func node(_ name: String, _ path: AttributePath, _ value: JSONValue) -> JSONValue {
        .object([name: .array([.string(path.description), value])])
    }
}

extension Rollout {
    var json: JSONValue {
        let percent: JSONValue =
            self.buckets.isMultiple(of: 100)
            ? .integer(Int64(self.buckets / 100)) : .number(Double(self.buckets) / 100)
        return .object(["salt": .string(self.salt), "percent": percent])
    }
}
