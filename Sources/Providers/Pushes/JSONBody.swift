internal import NIOCore
internal import Primitives

#if canImport(FoundationEssentials)
private import FoundationEssentials
#else
private import Foundation
#endif

/// JSON for services, and from them.
enum JSONBody {
    /// The text of a value, names sorted.
    static func encode(_ value: JSONValue) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            preconditionFailure("a value of strings, integers and objects is always JSON")
        }
        return Array(data)
    }

    /// Nil when it is not JSON.
    static func decode(_ buffer: ByteBuffer) -> JSONValue? {
        try? JSONDecoder().decode(JSONValue.self, from: Data(buffer.readableBytesView))
    }

    /// Nil when it is not such a value.
    static func decode<Value: Decodable>(_: Value.Type, _ text: String) -> Value? {
        try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }
}

extension JSONValue {
    /// A member of an object.
    subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    /// The elements of an array.
    var elements: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var integer: Int64? {
        guard case .integer(let number) = self else { return nil }
        return number
    }

    /// An object of texts.
    static func texts(_ members: [String: String]) -> JSONValue { .object(members.mapValues { .string($0) }) }
}
