/// Finds where code, comments and strings begin and end.
struct SwiftTextReader {
    /// Where the reader is; interpolations put code into strings, so places nest.
    private enum Place {
        /// `parentheses` are those open since the interpolation began.
        case code(parentheses: Int)
        case string(pounds: Int, quotes: Int)
    }

    private static let slash = UInt8(ascii: "/"), star = UInt8(ascii: "*"), pound = UInt8(ascii: "#")
    private static let quote = UInt8(ascii: "\""), newline = UInt8(ascii: "\n"), backslash = UInt8(ascii: "\\")
    private static let open = UInt8(ascii: "("), close = UInt8(ascii: ")")

    private let bytes: [UInt8]
    private var position = 0
    private var spans: [SwiftTextSpan] = []
    private var places: [Place] = []

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func read() -> [SwiftTextSpan] {
        while self.position < self.bytes.count {
            if case .string(let pounds, let quotes)? = self.places.last {
                self.readString(pounds: pounds, quotes: quotes)
            } else {
                self.readCode()
            }
        }
        return self.spans
    }

    private mutating func readCode() {
        switch self.bytes[self.position] {
        case Self.slash where self.byte(1) == Self.slash: self.readLineComment()
        case Self.slash where self.byte(1) == Self.star: self.readBlockComment()
        case Self.quote, Self.pound:
            guard let (pounds, quotes) = self.stringStart() else { return self.take(1, .code) }
            self.take(pounds + quotes, .string)
            self.places.append(.string(pounds: pounds, quotes: quotes))
        case Self.open:
            self.countParentheses(1)
            self.take(1, .code)
        case Self.close:
            self.countParentheses(-1)
            self.take(1, .code)
        default: self.take(1, .code)
        }
    }

    /// Code within a string ends with the parenthesis that was open before it.
    private mutating func countParentheses(_ change: Int) {
        guard case .code(let parentheses)? = self.places.last else { return }
        self.places.removeLast()
        if parentheses + change >= 0 { self.places.append(.code(parentheses: parentheses + change)) }
    }

    private mutating func readLineComment() {
        let end = self.bytes[self.position...].firstIndex(of: Self.newline) ?? self.bytes.count
        self.take(end - self.position, .comment)
    }

    private mutating func readBlockComment() {
        var depth = 0
        repeat {
            if self.byte(0) == Self.slash, self.byte(1) == Self.star {
                depth += 1
                self.take(2, .comment)
            } else if self.byte(0) == Self.star, self.byte(1) == Self.slash {
                depth -= 1
                self.take(2, .comment)
            } else {
                self.take(1, .comment)
            }
        } while depth > 0 && self.position < self.bytes.count
    }

    private mutating func readString(pounds: Int, quotes: Int) {
        switch self.bytes[self.position] {
        case Self.backslash where self.hasPounds(pounds, after: 1):
            if self.byte(1 + pounds) == Self.open { self.places.append(.code(parentheses: 0)) }
            self.take(2 + pounds, .string)
        case Self.quote where self.hasQuotes(quotes) && self.hasPounds(pounds, after: quotes):
            self.places.removeLast()
            self.take(quotes + pounds, .string)
        case Self.newline where quotes == 1:
            // A string of one line ends with it, whatever else was misread.
            self.places.removeLast()
            self.take(1, .string)
        default: self.take(1, .string)
        }
    }

    /// The pound signs and quotation marks of a string that starts here.
    private func stringStart() -> (pounds: Int, quotes: Int)? {
        var pounds = 0
        while self.byte(pounds) == Self.pound { pounds += 1 }
        guard self.byte(pounds) == Self.quote else { return nil }
        let isMultiline = self.byte(pounds + 1) == Self.quote && self.byte(pounds + 2) == Self.quote
        return (pounds, isMultiline ? 3 : 1)
    }

    private func hasPounds(_ count: Int, after start: Int) -> Bool {
        (start..<start + count).allSatisfy { self.byte($0) == Self.pound }
    }

    private func hasQuotes(_ count: Int) -> Bool { (0..<count).allSatisfy { self.byte($0) == Self.quote } }

    private func byte(_ offset: Int) -> UInt8? {
        self.position + offset < self.bytes.count ? self.bytes[self.position + offset] : nil
    }

    private mutating func take(_ count: Int, _ part: SwiftTextPart) {
        let end = min(self.position + count, self.bytes.count)
        if self.spans.last?.part == part {
            self.spans[self.spans.count - 1].range = self.spans[self.spans.count - 1].range.lowerBound..<end
        } else {
            self.spans.append(SwiftTextSpan(range: self.position..<end, part: part))
        }
        self.position = end
    }
}
