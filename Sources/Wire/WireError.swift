/// Why a frame is not one of the client protocol; `at` is a byte of the frame's payload.
package enum WireError: Error, Equatable, Sendable {
    /// The frame holds no command at all.
    case emptyFrame
    /// The text is not JSON, or not a line of objects.
    case badJSON(JSONError)
    /// A command that is not empty and has no verb that is known here.
    case noKnownVerb(at: Int)
    /// A command that must be answered but has no id.
    case missingID(Verb, at: Int)
    /// A field's value is of the wrong type.
    case wrongType(field: String, at: Int)
    /// A field's number does not fit its type.
    case outOfRange(field: String, at: Int)
    /// A Protobuf string that is not UTF-8.
    case badUTF8(field: String, at: Int)
    /// A Protobuf message ends inside a field.
    case truncated(at: Int)
    /// A varint of more than ten bytes or 64 bits.
    case badVarint(at: Int)
    /// A field number or wire type that Protobuf does not have.
    case badTag(at: Int)
    /// A Protobuf body that is not JSON text, which HTTP and JSON clients could not be shown.
    case payloadNotJSON(field: String, JSONError)
}

extension WireError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .emptyFrame: "the frame is empty"
        case .badJSON(let error): "bad JSON: \(error)"
        case .noKnownVerb(let at): "no known verb in the command at byte \(at)"
        case .missingID(let verb, let at): "no id in the \(verb.name) at byte \(at)"
        case .wrongType(let field, let at): "\(field) has the wrong type at byte \(at)"
        case .outOfRange(let field, let at): "\(field) is out of range at byte \(at)"
        case .badUTF8(let field, let at): "\(field) is not UTF-8 at byte \(at)"
        case .truncated(let at): "the message ends too early, at byte \(at)"
        case .badVarint(let at): "varint too long at byte \(at)"
        case .badTag(let at): "not a Protobuf field at byte \(at)"
        case .payloadNotJSON(let field, let error): "\(field) is not JSON: \(error)"
        }
    }
}

extension WireError {
    /// A field's error in words of the protocol.
    init(_ error: JSONError, field: String) {
        switch error {
        case .notA(_, let at): self = .wrongType(field: field, at: at)
        case .outOfRange(let at): self = .outOfRange(field: field, at: at)
        default: self = .badJSON(error)
        }
    }
}
