/// An expression of Package.swift, as far as it matters.
enum ManifestValue: Equatable {
    struct Argument: Equatable {
        let label: String?
        let value: ManifestValue
    }

    case text(String)
    case name(String)
    case array([ManifestValue])
    /// The function's last name: `.target(…)` and `Target.target(…)` are both `target`.
    case call(String, [Argument])
    case other(String)

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var isArray: Bool { if case .array = self { true } else { false } }
    var elements: [ManifestValue] { if case .array(let elements) = self { elements } else { [] } }
}

extension [ManifestValue.Argument] {
    func value(_ label: String) -> ManifestValue? { self.first { $0.label == label }?.value }
}

/// Reads expressions out of a manifest without comments.
struct ManifestReader {
    private enum Token: Equatable {
        case word(String)
        case text(String)
        case sign(Character)
    }

    private let tokens: [Token]
    private var position = 0

    init(_ text: String) { self.tokens = Self.tokens(of: text) }

    /// The products by the names that `let` gave them.
    mutating func namedProducts() -> [String: String] {
        var products: [String: String] = [:]
        self.position = 0
        while self.position < self.tokens.count {
            guard self.takeIf(.word("let")), case .word(let name)? = self.take(), self.takeIf(.sign("=")) else {
                self.position += 1
                continue
            }
            if case .call("product", let arguments) = self.value() {
                products[name] = arguments.value("name")?.text
            }
        }
        return products
    }

    /// What `Package(… targets: […])` holds.
    mutating func targetList() -> [ManifestValue]? {
        guard
            let start = self.tokens.indices.dropLast().first(where: {
                self.tokens[$0] == .word("Package") && self.tokens[$0 + 1] == .sign("(")
            })
        else { return nil }
        self.position = start
        guard case .call(_, let arguments) = self.value() else { return nil }
        return arguments.value("targets")?.elements
    }

    private mutating func value() -> ManifestValue {
        let first = self.operand()
        guard self.takeIf(.sign("+")) else { return first }
        return .array(first.elements + self.value().elements)
    }

    private mutating func operand() -> ManifestValue {
        switch self.take() {
        case .text(let text)?: return .text(text)
        case .sign("[")?:
            return .array(self.arguments(until: "]").map(\.value))
        case .sign(".")?: return self.operand()
        case .word(var name)?:
            while self.takeIf(.sign(".")), case .word(let next)? = self.take() { name = next }
            return self.takeIf(.sign("(")) ? .call(name, self.arguments(until: ")")) : .name(name)
        case .sign(let sign)?: return .other(String(sign))
        case nil: return .other("the end")
        }
    }

    private mutating func arguments(until end: Character) -> [ManifestValue.Argument] {
        var arguments: [ManifestValue.Argument] = []
        while self.position < self.tokens.count, !self.takeIf(.sign(end)) {
            if self.takeIf(.sign(",")) { continue }
            var label: String?
            if case .word(let name) = self.tokens[self.position], self.position + 1 < self.tokens.count,
                self.tokens[self.position + 1] == .sign(":")
            {
                label = name
                self.position += 2
            }
            arguments.append(ManifestValue.Argument(label: label, value: self.value()))
        }
        return arguments
    }

    private mutating func take() -> Token? {
        guard self.position < self.tokens.count else { return nil }
        defer { self.position += 1 }
        return self.tokens[self.position]
    }

    private mutating func takeIf(_ token: Token) -> Bool {
        guard self.position < self.tokens.count, self.tokens[self.position] == token else { return false }
        self.position += 1
        return true
    }

    private static func tokens(of text: String) -> [Token] {
        var tokens: [Token] = []
        var rest = text[...]
        while let first = rest.first {
            if first.isLetter || first == "_" {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                tokens.append(.word(String(word)))
                rest = rest.dropFirst(word.count)
            } else if first == "\"" {
                let content = rest.dropFirst().prefix { $0 != "\"" }
                tokens.append(.text(String(content)))
                rest = rest.dropFirst(content.count + 2)
            } else {
                if !first.isWhitespace { tokens.append(.sign(first)) }
                rest = rest.dropFirst()
            }
        }
        return tokens
    }
}
