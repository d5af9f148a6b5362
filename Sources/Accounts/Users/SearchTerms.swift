/// The words that a user is found by.
enum SearchTerms {
    /// A display name of many words is found by its first ones.
    static let countMax = 16

    /// Of a user: the username, and each word of the display name; sorted, each once.
    ///
    /// Within a word a new one begins after a mark: "O'Brien" is found by "brien", "Анна-Мария" by "мария".
    static func of(_ user: User) -> [String] {
        var terms: Set<String> = [Folding.search(user.username)]
        for word in Self.words(Folding.search(user.displayName)) {
            guard terms.count < Self.countMax else { break }
            let starts = Self.starts(in: word)
            if starts.isEmpty { terms.insert(String(word)) }
            for start in starts.prefix(Self.countMax - terms.count) { terms.insert(String(word[start...])) }
        }
        return terms.sorted { TermTable.less($0, $1) }
    }

    /// Of a query: its words, the longest first.
    static func query(_ text: String) -> [String] {
        Self.words(Folding.search(text)).map { String($0) }
            .sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
    }

    private static func words(_ text: String) -> [Substring] {
        text.unicodeScalars.split { $0.properties.isWhitespace }.map { Substring($0) }
    }

    private static func starts(in word: Substring) -> [String.Index] {
        var wasLetter = false
        return word.unicodeScalars.indices.filter { index in
            let scalar = word.unicodeScalars[index]
            // A mark belongs to the letter before it.
            guard !Self.isMark(scalar) else { return false }
            let isLetter = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            defer { wasLetter = isLetter }
            return isLetter && !wasLetter
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x300: false
        case 0x400...0x482: false
        default:
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .spacingMark, .enclosingMark: true
            default: false
            }
        }
    }
}
