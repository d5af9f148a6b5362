/// What a JSON value is.
package enum JSONKind: String, Sendable {
    case object, array, string, number, boolean, null
}

/// Why a text is not the JSON that was asked for, and at which byte.
package enum JSONError: Error, Equatable, Sendable {
    /// The text ends inside a value.
    case unexpectedEnd(at: Int)
    /// This byte cannot stand here.
    case unexpectedByte(UInt8, at: Int)
    /// A number that RFC 8259 section 6 does not allow: `01`, `1.`, `-`.
    case badNumber(at: Int)
    /// A backslash before something else than `"\/bfnrtu`, or `\u` without four hexadecimal digits.
    case badEscape(at: Int)
    /// A byte below 0x20 inside a string.
    case controlCharacter(at: Int)
    /// A string that is not UTF-8.
    case badUTF8(at: Int)
    /// Objects and arrays nested deeper than `JSONValidator.depthMax`.
    case tooDeep(at: Int)
    /// Something follows the value.
    case trailingText(at: Int)
    /// A value of another kind stands where one of this kind is expected.
    case notA(JSONKind, at: Int)
    /// A number that is not an integer, or does not fit.
    case outOfRange(at: Int)
    /// A field that the reader does not know; made by `JSONScanner.unknownField`.
    case unknownField(String, at: Int)

    /// The byte of the text where it went wrong.
    package var offset: Int {
        switch self {
        case .unexpectedEnd(let at), .unexpectedByte(_, let at), .badNumber(let at), .badEscape(let at),
            .controlCharacter(let at), .badUTF8(let at), .tooDeep(let at), .trailingText(let at), .notA(_, let at),
            .outOfRange(let at), .unknownField(_, let at):
            at
        }
    }
}

extension JSONError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unexpectedEnd(let at): "the JSON text ends too early, after \(at) bytes"
        case .unexpectedByte(let byte, let at): "unexpected byte 0x\(String(byte, radix: 16)) at byte \(at)"
        case .badNumber(let at): "not a JSON number at byte \(at)"
        case .badEscape(let at): "unknown escape in a string at byte \(at)"
        case .controlCharacter(let at): "unescaped control character in a string at byte \(at)"
        case .badUTF8(let at): "not UTF-8 at byte \(at)"
        case .tooDeep(let at): "nested deeper than \(JSONValidator.depthMax) at byte \(at)"
        case .trailingText(let at): "text after the value at byte \(at)"
        case .notA(let kind, let at): "\(kind.rawValue) expected at byte \(at)"
        case .outOfRange(let at): "number out of range at byte \(at)"
        case .unknownField(let name, _): "unknown field \"\(name)\""
        }
    }
}
