package import Primitives

/// A value of a document of configuration together with its place, so that each refusal says where.
///
/// ```
/// let rule = try node.object(allowing: "id", "limit", "zone")
/// let limit = try rule.required("limit").integer(in: 0...1000)
/// let zone = try rule.optional("zone")?.string()
/// ```
package struct ConfigurationNode: Equatable, Sendable {
    /// Bytes of a string, unless its reader says otherwise.
    package static let stringBytesMax = 1024

    package let value: JSONValue
    /// A JSON pointer (RFC 6901).
    package let path: String

    /// The whole document, or a part of one.
    package init(_ value: JSONValue, path: String = "") {
        self.value = value
        self.path = path
    }

    package var kind: JSONKind {
        switch self.value {
        case .null: .null
        case .bool: .boolean
        case .integer: .integer
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    /// The refusal of this value.
    package func fault(_ reason: ConfigurationFault.Reason) -> ConfigurationFault {
        ConfigurationFault(path: self.path, reason: reason)
    }

    /// The refusal of this value in words of its own.
    package func fault(_ sentence: String) -> ConfigurationFault { self.fault(.other(sentence)) }

    package func boolean() throws(ConfigurationFault) -> Bool {
        guard case .bool(let value) = self.value else { throw self.isNot(.boolean) }
        return value
    }

    package func integer(in range: ClosedRange<Int64>) throws(ConfigurationFault) -> Int64 {
        guard case .integer(let value) = self.value else { throw self.isNot(.integer) }
        guard range.contains(value) else {
            throw self.fault(.outOfRange(lowest: range.lowerBound, highest: range.upperBound))
        }
        return value
    }

    /// A number, whole or not; bounds are whole numbers.
    package func number(in range: ClosedRange<Double>) throws(ConfigurationFault) -> Double {
        let value: Double
        switch self.value {
        case .integer(let whole): value = Double(whole)
        case .number(let number): value = number
        case .null, .bool, .string, .array, .object: throw self.isNot(.number)
        }
        guard range.contains(value) else {
            throw self.fault(.outOfRange(lowest: Int64(range.lowerBound), highest: Int64(range.upperBound)))
        }
        return value
    }

    /// A string of so many bytes of UTF-8.
    package func string(bytes: ClosedRange<Int> = 0...stringBytesMax) throws(ConfigurationFault) -> String {
        guard case .string(let text) = self.value else { throw self.isNot(.string) }
        guard bytes.contains(text.utf8.count) else {
            throw self.fault(.badLength(bytesMin: bytes.lowerBound, bytesMax: bytes.upperBound))
        }
        return text
    }

    /// One of the words of a closed list.
    package func word<Word: CaseIterable>(
        of _: Word.Type = Word.self,
        named name: (Word) -> String
    ) throws(ConfigurationFault) -> Word {
        let text = try self.string()
        guard let word = Word.allCases.first(where: { name($0) == text }) else {
            throw self.fault(.notOneOf(Word.allCases.map(name)))
        }
        return word
    }

    /// The elements of an array, each at its place.
    package func list(countMax: Int) throws(ConfigurationFault) -> [ConfigurationNode] {
        guard case .array(let elements) = self.value else { throw self.isNot(.array) }
        guard elements.count <= countMax else { throw self.fault(.tooManyElements(max: countMax)) }
        return elements.enumerated().map { ConfigurationNode($1, path: "\(self.path)/\($0)") }
    }

    /// An object of the members named and no others.
    package func object(allowing names: String...) throws(ConfigurationFault) -> ConfigurationObject {
        let object = try self.object()
        // In the order of their names, so that the same document has the same fault each time.
        for (name, member) in object.members where !names.contains(name) { throw member.fault(.unknownMember) }
        return object
    }

    /// An object whose members may have any names.
    package func object() throws(ConfigurationFault) -> ConfigurationObject {
        guard case .object(let members) = self.value else { throw self.isNot(.object) }
        return ConfigurationObject(node: self, values: members)
    }

    /// The refusal of a value for its kind.
    package func isNot(_ kind: JSONKind) -> ConfigurationFault { self.fault(.expected(kind, found: self.kind)) }
}
