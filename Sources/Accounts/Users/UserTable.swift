/// Users by id, by name and by prefix; a value without a lock, derived from documents.
struct UserTable: Sendable {
    private struct Row: Sendable {
        var user: User
        var version: UInt64
    }

    /// 1,000 entries take a few milliseconds.
    private static let scannedMax = 1000

    private var rows: [Row] = []
    private var freeRows: [UInt32] = []
    private var byID: [String: UInt32] = [:]
    /// By folded username, the document's key.
    private var byName: [String: UInt32] = [:]
    private var terms = TermTable()

    var count: Int { self.byID.count }

    func user(id: String) -> User? { self.byID[id].map { self.rows[Int($0)].user } }

    func user(folded name: String) -> User? { self.byName[name].map { self.rows[Int($0)].user } }

    /// Takes a document's state in; an older version than the one known is ignored.
    mutating func put(_ user: User, folded name: String, version: UInt64) {
        if let row = self.byName[name] {
            let known = self.rows[Int(row)]
            guard known.version < version else { return }
            guard known.user != user else {
                self.rows[Int(row)].version = version
                return
            }
            self.remove(folded: name)
        }
        let row = self.freeRows.popLast() ?? UInt32(self.rows.count)
        if Int(row) == self.rows.count {
            self.rows.append(Row(user: user, version: version))
        } else {
            self.rows[Int(row)] = Row(user: user, version: version)
        }
        self.byID[user.id] = row
        self.byName[name] = row
        let rows = self.rows
        for term in SearchTerms.of(user) {
            self.terms.insert(term, user: row, id: user.id) { rows[Int($0)].user.id }
        }
    }

    mutating func remove(folded name: String) {
        guard let row = self.byName.removeValue(forKey: name) else { return }
        let user = self.rows[Int(row)].user
        self.byID[user.id] = nil
        let rows = self.rows
        for term in SearchTerms.of(user) {
            self.terms.remove(term, user: row, id: user.id) { rows[Int($0)].user.id }
        }
        self.freeRows.append(row)
    }

    /// The users that have a word for each word of the query, after a place in the order of terms.
    ///
    /// A page may be short of `limit` although there is more: after `scannedMax` entries that do not fit.
    ///
    /// A user stands at the smallest of their terms that fits the query's longest word, once.
    func search(_ query: String, after: UserCursor?, limit: Int) -> UserPage {
        let words = SearchTerms.query(query)
        let prefix = words.first ?? ""
        var page = UserPage(users: [], next: nil)
        var last: UserCursor?
        var scannedCount = 0
        var position = self.start(prefix: prefix, after: after)
        while let entry = self.terms[position], entry.term.utf8.starts(with: prefix.utf8) {
            position = self.terms.next(position)
            let user = self.rows[Int(entry.user)].user
            guard page.users.count < limit, scannedCount < Self.scannedMax else {
                page.next = last
                break
            }
            scannedCount += 1
            last = UserCursor(term: entry.term, id: user.id)
            let terms = SearchTerms.of(user)
            guard terms.first(where: { $0.utf8.starts(with: prefix.utf8) }) == entry.term else { continue }
            let fits = words.dropFirst().allSatisfy { word in
                terms.contains { $0.utf8.starts(with: word.utf8) }
            }
            guard fits else { continue }
            page.users.append(user)
        }
        return page
    }

    private func start(prefix: String, after: UserCursor?) -> TermTable.Position {
        guard let after, !TermTable.less(after.term, prefix) else {
            return self.terms.firstPosition { TermTable.less($0.term, prefix) }
        }
        let key = TermTable.Key(term: after.term, id: after.id)
        let position = self.terms.firstPosition { key.isAfter($0) { self.rows[Int($0)].user.id } }
        guard let entry = self.terms[position], entry.term == after.term,
            self.rows[Int(entry.user)].user.id == after.id
        else { return position }
        return self.terms.next(position)
    }
}
