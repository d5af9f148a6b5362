/// The parameters of a request's query, read strictly: each known to the route, each given once.
package struct QueryParameters: Equatable, Sendable {
    private var values: [(name: String, value: String)] = []

    package init() {}

    /// Reads `a=1&b=2`; a name that `known` does not hold is refused by name.
    package init(_ query: String?, known: [String]) throws(Problem) {
        guard let query, !query.isEmpty else { return }
        for pair in query.split(separator: "&", omittingEmptySubsequences: true) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decoded(parts[0], plusIsSpace: true),
                let value = PercentEncoding.decoded(parts.count > 1 ? parts[1] : "", plusIsSpace: true)
            else { throw Problem(.badRequest, "The query is not percent-encoded UTF-8.") }
            guard known.contains(name) else {
                throw Problem(.badRequest, "The query parameter \"\(name)\" is not known here.")
            }
            guard self[name] == nil else {
                throw Problem(.badRequest, "The query parameter \"\(name)\" is given twice.")
            }
            self.values.append((name, value))
        }
    }

    package subscript(_ name: String) -> String? { self.values.first { $0.name == name }?.value }

    /// A whole number in `range`, in digits alone; nil when it is not given.
    package func integer(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let text = self[name] else { return nil }
        guard text.utf8.count <= 19, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let value = Int(text), range.contains(value)
        else {
            let bound =
                range.upperBound == .max
                ? "from \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw Problem(.badRequest, "The query parameter \"\(name)\" is not a whole number \(bound).")
        }
        return value
    }

    /// The number of entries of a page.
    package func limit(default count: Int = 50, max countMax: Int = 1000) throws(Problem) -> Int {
        try self.integer("limit", in: 1...countMax) ?? count
    }

    package static func == (left: QueryParameters, right: QueryParameters) -> Bool {
        left.values.elementsEqual(right.values) { $0 == $1 }
    }
}
