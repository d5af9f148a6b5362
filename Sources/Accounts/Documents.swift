package import Engine

#if canImport(FoundationEssentials)
private import FoundationEssentials
#else
private import Foundation
#endif

extension DocumentCollection {
    /// Users by folded username.
    package static let users = DocumentCollection(rawValue: "users")
    /// Session tokens by the digest of their text.
    package static let tokens = DocumentCollection(rawValue: "tokens")
    /// Service keys by id.
    package static let keys = DocumentCollection(rawValue: "keys")
    /// What outside identity systems said of their subjects, by address.
    package static let subjects = DocumentCollection(rawValue: "subjects")
}

/// Documents' values: JSON with sorted names, so that equal values are equal bytes.
enum DocumentJSON {
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
