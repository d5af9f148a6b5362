import Primitives

/// What a shard derives about its subjects, never journaled: the mailboxes they belong to and the sessions they hold.
struct SubjectIndex: Sendable {
    private var memberships: [Address: [Address]] = [:]
    private var sessions: [Address: [SessionRef: LiveSession]] = [:]

    /// The mailboxes of a subject, in the order of joining.
    func mailboxes(of subject: Address) -> [Address] { self.memberships[subject] ?? [] }

    /// Adds a membership; false when it was known.
    mutating func join(_ subject: Address, _ mailbox: Address) -> Bool {
        guard self.memberships[subject]?.contains(mailbox) != true else { return false }
        self.memberships[subject, default: []].append(mailbox)
        return true
    }

    /// Adds a membership that is known to be new: at recovery.
    mutating func restore(_ subject: Address, _ mailbox: Address) {
        self.memberships[subject, default: []].append(mailbox)
    }

    mutating func leave(_ subject: Address, _ mailbox: Address) {
        self.memberships[subject]?.removeAll { $0 == mailbox }
        if self.memberships[subject]?.isEmpty == true { self.memberships[subject] = nil }
    }

    mutating func open(_ subject: Address, _ session: LiveSession) {
        self.sessions[subject, default: [:]][session.session] = session
    }

    mutating func close(_ subject: Address, _ session: SessionRef) {
        self.sessions[subject]?[session] = nil
        if self.sessions[subject]?.isEmpty == true { self.sessions[subject] = nil }
    }

    /// The sessions of a subject, always in the same order.
    func live(_ subject: Address) -> [LiveSession] {
        self.sessions[subject].map { $0.values.sorted { $0.session < $1.session } } ?? []
    }
}
