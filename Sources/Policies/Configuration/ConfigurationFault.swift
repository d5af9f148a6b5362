/// What is wrong with a document of configuration, and where.
package struct ConfigurationFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// What a document may do wrong.
    package enum Reason: Equatable, Sendable {
        case expected(JSONKind, found: JSONKind)
        case unknownMember
        case missing(member: String)
        case outOfRange(lowest: Int64, highest: Int64)
        case tooManyElements(max: Int)
        case badLength(bytesMin: Int, bytesMax: Int)
        case notOneOf([String])
        case taken(id: String)
        case tooDeep(max: Int)
        case tooManyNodes(max: Int)
        case noZone(name: String)
        /// What only one kind of document knows, as a sentence without its full stop.
        case other(String)
    }

    /// The value's place as a JSON pointer (RFC 6901); empty for the whole document.
    package let path: String
    package let reason: Reason

    package init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }

    /// As in `/caps/0/limit: must be between 0 and 1000`.
    package var description: String { "\(self.path.isEmpty ? "document" : self.path): \(self.reason)" }
}

extension ConfigurationFault.Reason: CustomStringConvertible {
    /// The reason in plain words.
    package var description: String {
        switch self {
        case .expected(let kind, let found): "must be \(kind.phrase), not \(found.phrase)"
        case .unknownMember: "is not a member that is known here"
        case .missing(let member): "lacks the member \"\(member)\""
        case .outOfRange(let lowest, let highest): "must be between \(lowest) and \(highest)"
        case .tooManyElements(let max): "has more than \(max) elements"
        case .badLength(let bytesMin, let bytesMax): "must have \(bytesMin) to \(bytesMax) bytes"
        case .notOneOf(let words): "must be one of \(words.map { "\"\($0)\"" }.joined(separator: ", "))"
        case .taken(let id): "repeats the id \"\(id)\""
        case .tooDeep(let max): "is nested deeper than \(max)"
        case .tooManyNodes(let max): "has more than \(max) parts"
        case .noZone(let name): "names no time zone that is known: \"\(name)\""
        case .other(let sentence): sentence
        }
    }
}

/// The kinds of JSON values that documents are made of.
package enum JSONKind: String, Sendable {
    case null, boolean, integer, number, string, array, object

    /// With its article.
    var phrase: String {
        switch self {
        case .null: "null"
        case .integer, .array, .object: "an \(self.rawValue)"
        case .boolean, .number, .string: "a \(self.rawValue)"
        }
    }
}
