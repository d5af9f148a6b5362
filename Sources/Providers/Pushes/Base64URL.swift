#if canImport(FoundationEssentials)
private import FoundationEssentials
#else
private import Foundation
#endif

/// RFC 4648, section 5, without padding.
enum Base64URL {
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        String(
            Data(bytes).base64EncodedString().compactMap { character -> Character? in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            }
        )
    }

    /// The bytes of a text, with or without padding; nil when it is none.
    static func decode(_ text: String) -> [UInt8]? {
        guard !text.contains(where: { "+/".contains($0) }) else { return nil }
        let digits = text.reversed().drop { $0 == "=" }.reversed().map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        let padding = String(repeating: "=", count: (4 - digits.count % 4) % 4)
        return Data(base64Encoded: String(digits) + padding).map { Array($0) }
    }
}
