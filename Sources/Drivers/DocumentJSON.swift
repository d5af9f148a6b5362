#if canImport(FoundationEssentials)
private import FoundationEssentials
#else
private import Foundation
#endif

/// The values of documents, and of tasks: JSON with sorted names, so that equal values are equal bytes.
enum DocumentJSON {
    /// The text of a value that is always JSON; anything else is a fault of the caller's.
    static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            preconditionFailure("a document of strings, integers and lists is always JSON")
        }
        return Array(data)
    }

    /// Nil when it is not such a document.
    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) -> Value? {
        try? JSONDecoder().decode(type, from: Data(bytes))
    }
}
