import Primitives

/// Who may do what with a mailbox: the door's first question.
extension ShardState {
    /// How far reading goes.
    enum ReadAccess: Sendable {
        /// Members only (HTTP).
        case member
        /// Members, and anyone where the mailbox is public (who may subscribe may read, PROTOCOL "WebSocket").
        case follower
    }

    func mayRead(_ mailbox: UInt32, _ reader: Principal, _ access: ReadAccess) -> Bool {
        guard case .subject(let subject) = reader else { return true }
        let row = self.mailboxes[Int(mailbox)]
        if self.member(subject, of: row) != nil || (access == .follower && row.isPublic) { return true }
        return self.address(of: mailbox) == subject
    }

    /// Direct chats and groups: their members; channels: their admins; a subject's own mailbox: the organisation.
    func mayPublish(_ mailbox: UInt32, _ sender: Principal) -> Bool {
        guard case .subject(let subject) = sender else { return true }
        let row = self.mailboxes[Int(mailbox)]
        guard let (_, member) = self.member(subject, of: row) else { return false }
        return row.kind != .channel || member.isAdmin
    }

    /// Admins; anyone may remove themselves, and join what is public.
    func mayChange(_ mailbox: UInt32, _ sender: Principal, _ change: MembershipChange) -> Bool {
        guard case .subject(let subject) = sender else { return true }
        let row = self.mailboxes[Int(mailbox)]
        let member = self.member(subject, of: row)?.row
        if member?.isAdmin == true { return true }
        switch change {
        case .add(let members): return row.isPublic && members == [subject]
        case .remove(let leaver): return member != nil && leaver == subject
        case .setAdmin: return false
        }
    }
}
