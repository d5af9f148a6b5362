internal import Primitives

/// The way to an attribute: `city`, or by dots into objects, `car.model`.
package struct AttributePath: Hashable, Sendable, CustomStringConvertible {
    static let bytes = 1...128
    static let namesMax = 8

    private let names: [String]

    /// Reads a path, or returns nil when a name in it is empty or there are too many.
    package init?(_ text: String) {
        let names = text.split(separator: ".", omittingEmptySubsequences: false)
        guard Self.bytes.contains(text.utf8.count), names.count <= Self.namesMax, names.allSatisfy({ !$0.isEmpty })
        else { return nil }
        self.names = names.map(String.init)
    }

    package var description: String { self.names.joined(separator: ".") }

    /// What lies there, or nil; null is nothing.
    func value(in attributes: [String: JSONValue]) -> JSONValue? {
        guard var found = attributes[self.names[0]] else { return nil }
        for name in self.names.dropFirst() {
            guard case .object(let members) = found, let next = members[name] else { return nil }
            found = next
        }
        return found == .null ? nil : found
    }
}

extension AttributePath {
    init(_ node: ConfigurationNode) throws(ConfigurationFault) {
        guard let path = AttributePath(try node.string(bytes: Self.bytes)) else {
            throw node.fault("is no path of up to \(Self.namesMax) names with dots between them")
        }
        self = path
    }
}
