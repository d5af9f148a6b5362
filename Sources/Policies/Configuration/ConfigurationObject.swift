internal import Primitives

/// The members of an object in a document of configuration.
package struct ConfigurationObject: Equatable, Sendable {
    /// The object itself.
    package let node: ConfigurationNode
    private let values: [String: JSONValue]

    init(node: ConfigurationNode, values: [String: JSONValue]) {
        self.node = node
        self.values = values
    }

    package var count: Int { self.values.count }

    /// All members, in the order of their names.
    package var members: [(name: String, node: ConfigurationNode)] {
        self.values.sorted { $0.key < $1.key }.map { ($0.key, self.member($0.key, $0.value)) }
    }

    /// The member of a name, or nil when it is not there.
    package func optional(_ name: String) -> ConfigurationNode? { self.values[name].map { self.member(name, $0) } }

    /// The member of a name; a fault of the object when it is not there.
    package func required(_ name: String) throws(ConfigurationFault) -> ConfigurationNode {
        guard let member = self.optional(name) else { throw self.node.fault(.missing(member: name)) }
        return member
    }

    /// RFC 6901, section 3: `~` and `/` in a name are written `~0` and `~1`.
    private func member(_ name: String, _ value: JSONValue) -> ConfigurationNode {
        let token = name.flatMap { $0 == "~" ? "~0" : $0 == "/" ? "~1" : String($0) }
        return ConfigurationNode(value, path: "\(self.node.path)/\(String(token))")
    }
}
