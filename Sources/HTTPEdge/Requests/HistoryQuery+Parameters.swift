internal import Engine
internal import Primitives

extension HistoryQuery {
    /// Reads `before` or `after`, and `limit`.
    init(_ query: QueryParameters, countMax: Int) throws(Problem) {
        let limit = try query.limit(max: countMax)
        let before = try query.integer("before", in: 1...Int.max)
        let after = try query.integer("after", in: 0...Int.max)
        switch (before, after) {
        case (nil, nil): self.init(range: .newest, countMax: limit)
        case (let before?, nil): self.init(range: .before(Seq(rawValue: UInt64(before))), countMax: limit)
        case (nil, let after?): self.init(range: .after(Seq(rawValue: UInt64(after))), countMax: limit)
        case (_?, _?): throw Problem(.badRequest, "The query parameters \"before\" and \"after\" exclude each other.")
        }
    }
}
