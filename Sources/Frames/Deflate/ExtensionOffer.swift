/// One element of `Sec-WebSocket-Extensions` (RFC 6455 9.1).
package struct ExtensionOffer: Equatable, Sendable {
    /// `name` or `name=value`.
    package struct Parameter: Equatable, Sendable {
        package let name: String
        package let value: String?

        package init(name: String, value: String? = nil) {
            self.name = name
            self.value = value
        }
    }

    package let name: String
    package let parameters: [Parameter]

    package init(name: String, parameters: [Parameter] = []) {
        self.name = name
        self.parameters = parameters
    }

    /// Reads a header's value; an element that breaks the grammar is left out, the others stand.
    package static func parse(_ value: String) -> [ExtensionOffer] {
        Self.split(value, at: ",").compactMap(Self.init(element:))
    }

    private init?(element: Substring) {
        let parts = Self.split(element, at: ";").map(Self.trim)
        guard let name = parts.first, Self.isToken(name) else { return nil }
        var parameters: [Parameter] = []
        for part in parts.dropFirst() {
            guard let parameter = Self.parameter(part) else { return nil }
            parameters.append(parameter)
        }
        self.init(name: name.lowercased(), parameters: parameters)
    }

    /// A value in quotes must be a token when they are off (RFC 6455 9.1).
    private static func parameter(_ text: Substring) -> Parameter? {
        guard let equals = text.firstIndex(of: "=") else {
            return Self.isToken(text) ? Parameter(name: text.lowercased()) : nil
        }
        let name = Self.trim(text[..<equals])
        var value = Self.trim(text[text.index(after: equals)...])
        if value.count >= 2, value.first == "\"", value.last == "\"" { value = value.dropFirst().dropLast() }
        guard Self.isToken(name), Self.isToken(value) else { return nil }
        return Parameter(name: name.lowercased(), value: String(value))
    }

    /// Splits where the separator is not inside quotes.
    private static func split(_ text: some StringProtocol, at separator: Character) -> [Substring] {
        var isQuoted = false
        return Substring(text).split(omittingEmptySubsequences: false) { character in
            if character == "\"" { isQuoted.toggle() }
            return character == separator && !isQuoted
        }
    }

    private static func trim(_ text: Substring) -> Substring {
        guard let first = text.firstIndex(where: { $0 != " " && $0 != "\t" }),
            let last = text.lastIndex(where: { $0 != " " && $0 != "\t" })
        else { return "" }
        return text[first...last]
    }

    private static func isToken(_ text: Substring) -> Bool { !text.isEmpty && text.utf8.allSatisfy(\.isTokenByte) }
}
