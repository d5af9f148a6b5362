package import Primitives

/// A condition over a subject's attributes and its name: for segments, experiments and the availability of chats.
///
/// What is missing, or of another kind than it is compared with, makes a comparison false; `not` turns that around.
package indirect enum Predicate: Hashable, Sendable {
    case equal(AttributePath, JSONValue)
    case anyOfValues(AttributePath, [JSONValue])
    case compares(AttributePath, Comparison, JSONValue)
    /// An array that holds the value, or a text in which the text occurs.
    case contains(AttributePath, JSONValue)
    case startsWith(AttributePath, String)
    case exists(AttributePath)
    case rollout(Rollout)
    case not(Predicate)
    /// True when empty.
    case allOf([Predicate])
    /// False when empty.
    case anyOf([Predicate])

    /// How numbers, or texts by their bytes, are compared.
    package enum Comparison: String, CaseIterable, Sendable {
        case greater = "gt"
        case greaterOrEqual = "gte"
        case less = "lt"
        case lessOrEqual = "lte"

        func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
            switch self {
            case .greater: left > right
            case .greaterOrEqual: left >= right
            case .less: left < right
            case .lessOrEqual: left <= right
            }
        }
    }

    /// Whether it is true of a subject, `driver:42`, with these attributes.
    package func holds(for subject: String, with attributes: [String: JSONValue]) -> Bool {
        switch self {
        case .equal(let path, let value): path.value(in: attributes)?.means(value) ?? false
        case .anyOfValues(let path, let values):
            path.value(in: attributes).map { found in values.contains { found.means($0) } } ?? false
        case .compares(let path, let comparison, let value):
            path.value(in: attributes)?.compares(comparison, value) ?? false
        case .contains(let path, let value): path.value(in: attributes)?.holds(value) ?? false
        case .startsWith(let path, let start):
            if case .string(let text)? = path.value(in: attributes) {
                text.utf8.starts(with: start.utf8)
            } else {
                false
            }
        case .exists(let path): path.value(in: attributes) != nil
        case .rollout(let rollout): rollout.includes(subject)
        case .not(let part): !part.holds(for: subject, with: attributes)
        case .allOf(let parts): parts.allSatisfy { $0.holds(for: subject, with: attributes) }
        case .anyOf(let parts): parts.contains { $0.holds(for: subject, with: attributes) }
        }
    }

    /// Whether the subject has each attribute that a comparison asks for.
    package func isKnown(from attributes: [String: JSONValue]) -> Bool {
        switch self {
        case .equal(let path, _), .anyOfValues(let path, _), .compares(let path, _, _), .contains(let path, _),
            .startsWith(let path, _):
            path.value(in: attributes) != nil
        case .exists, .rollout: true
        case .not(let part): part.isKnown(from: attributes)
        case .allOf(let parts), .anyOf(let parts): parts.allSatisfy { $0.isKnown(from: attributes) }
        }
    }
}

extension JSONValue {
    /// Equality by value: 1 and 1.0 are the same number, in arrays and objects too.
    fileprivate func means(_ other: JSONValue) -> Bool {
        switch (self, other) {
        case (.integer(let whole), .number(let number)), (.number(let number), .integer(let whole)):
            Int64(exactly: number) == whole
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.means($1) }
        case (.object(let left), .object(let right)):
            left.count == right.count && left.allSatisfy { name, value in right[name]?.means(value) ?? false }
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        default: self == other
        }
    }

    fileprivate func compares(_ comparison: Predicate.Comparison, _ other: JSONValue) -> Bool {
        switch (self, other) {
        case (.integer(let left), .integer(let right)): comparison.holds(left, right)
        case (.integer(let left), .number(let right)): comparison.holds(Double(left), right)
        case (.number(let left), .integer(let right)): comparison.holds(left, Double(right))
        case (.number(let left), .number(let right)): comparison.holds(left, right)
        case (.string(let left), .string(let right)):
            comparison.holds(UTF8Order(text: left), UTF8Order(text: right))
        default: false
        }
    }

    fileprivate func holds(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.array(let elements), _): elements.contains { $0.means(value) }
        case (.string(let text), .string(let part)): text.utf8.contains(part.utf8)
        default: false
        }
    }
}

/// Texts in the order of their bytes, which no version of Unicode changes.
private struct UTF8Order: Comparable {
    let text: String

    static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }
    static func < (left: Self, right: Self) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }
}
