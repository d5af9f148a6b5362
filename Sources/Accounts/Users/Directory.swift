package import Engine
internal import Primitives
private import Synchronization

/// Who there is: an index derived from the documents of users and subjects, for any thread.
package final class Directory: Sendable {
    private static let roundsMax = 50

    private let users = Mutex(UserTable())
    /// Addresses of users of outside identity systems.
    private let subjects = Mutex<Set<Address>>([])

    package init() {}

    /// Follows the engine's documents; before the engine starts.
    package func observe(_ engine: Engine) {
        engine.observe(.users) { [self] change in self.apply(change) }
        engine.observe(.subjects) { [self] change in self.applySubject(change) }
    }

    /// How many users there are.
    package var count: Int { self.users.withLock { $0.count } }

    package func user(id: String) -> User? { self.users.withLock { $0.user(id: id) } }

    package func user(username: Username) -> User? { self.users.withLock { $0.user(folded: username.folded) } }

    /// Whether a user has registered, or an outside identity system has named them.
    package func hasUser(id: String) -> Bool {
        if self.users.withLock({ $0.user(id: id) != nil }) { return true }
        return self.hasSubject(Address(trusted: .user, id: id))
    }

    /// The name to show for a user; their id when no name is known.
    package func displayName(userID: String) -> String { self.user(id: userID)?.displayName ?? userID }

    /// Users by prefix of their username or of a word of their display name, in a stable order.
    ///
    /// Each word of the query must fit; an empty query finds everybody.
    package func search(_ query: String, after: UserCursor? = nil, limit: Int) -> UserPage {
        var page = self.users.withLock { $0.search(query, after: after, limit: limit) }
        // Words that fit few of those whom the longest one fits: in rounds, so that nobody waits long for the lock.
        for _ in 0..<Self.roundsMax where page.users.count < limit {
            guard let next = page.next else { break }
            let more = self.users.withLock { $0.search(query, after: next, limit: limit - page.users.count) }
            page.users += more.users
            page.next = more.next
        }
        return page
    }

    /// Takes a change of a user's document in; the same change twice does no harm.
    package func apply(_ change: DocumentChange) {
        switch change {
        case .put(let document):
            guard let parsed = DocumentJSON.decode(UserDocument.self, from: document.value) else { return }
            self.put(parsed.user, folded: document.key, version: document.version)
        case .deleted(_, let key):
            self.users.withLock { $0.remove(folded: key) }
        }
    }

    func put(_ user: User, folded name: String, version: UInt64) {
        self.users.withLock { $0.put(user, folded: name, version: version) }
    }

    func hasSubject(_ address: Address) -> Bool { self.subjects.withLock { $0.contains(address) } }

    func addSubject(_ address: Address) { _ = self.subjects.withLock { $0.insert(address) } }

    private func applySubject(_ change: DocumentChange) {
        switch change {
        case .put(let document):
            // Drivers and devices are many, and nobody asks here whether they exist.
            guard let address = Address(document.key), address.kind == .user else { return }
            self.addSubject(address)
        case .deleted(_, let key):
            guard let address = Address(key) else { return }
            _ = self.subjects.withLock { $0.remove(address) }
        }
    }
}
