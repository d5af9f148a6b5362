/// The words that a user is found by.
enum SearchTerms {
    /// A display name of many words is found by its first ones.
    static let countMax = 16

    /// Of a user: the username, and each word of the display name; sorted, each once.
    ///
    /// Within a word a new one begins after a mark: "O'Brien" is found by "brien", "Анна-Мария" by "мария".
    static func of(_ user: User) -> [String] {
        var terms: Set<String> = [Folding.search(user.username)]
        for word in Folding.search(user.displayName).split(whereSeparator: \.isWhitespace) {
            guard terms.count < Self.countMax else { break }
            let starts = Self.starts(in: word)
            if starts.isEmpty { terms.insert(String(word)) }
            for start in starts.prefix(Self.countMax - terms.count) { terms.insert(String(word[start...])) }
        }
        return terms.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Of a query: its words, the longest first.
    static func query(_ text: String) -> [String] {
        Folding.search(text).split(whereSeparator: \.isWhitespace).map(String.init)
            .sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
    }

    private static func starts(in word: Substring) -> [String.Index] {
        var wasLetter = false
        return word.indices.filter { index in
            let isLetter = word[index].isLetter || word[index].isNumber
            defer { wasLetter = isLetter }
            return isLetter && !wasLetter
        }
    }
}
