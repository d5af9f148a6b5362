private import Accounts
package import Engine
package import Primitives

extension Messenger {
    /// Makes a group; a user who makes one is its owner and first member, a service's has no owner.
    ///
    /// `members` are ids of users; repeated ones and the owner's count once. With the same idempotency `key` and content
    /// the first answer is given again.
    package func createGroup(
        title: String,
        members: [String],
        by creator: Principal,
        key: String?
    ) async throws(MessengerError) -> (summary: MailboxSummary, isDuplicate: Bool) {
        let title = try Title.prepared(title)
        let owner = try self.owner(creator)
        let others = Self.distinct(members).filter { $0 != owner?.id }
        let countMax = self.engine.limits.groupMembersMax
        guard others.count + (owner == nil ? 0 : 1) <= countMax else { throw .tooManyMembers(countMax: countMax) }
        let addresses = try self.existing(others)
        let command = CreateMailboxCommand(
            address: try Self.address(.group, creator: creator, key: key),
            title: title,
            owner: owner,
            members: addresses,
            isPublic: false,
            key: key
        )
        return try await self.create(command)
    }

    /// Adds users to a group; for its owner and admins.
    package func addMembers(_ ids: [String], to group: Address, by principal: Principal) async throws(MessengerError) {
        // Who may not see the group is told so before anything about the users.
        _ = try await self.summary(of: group, for: principal)
        let addresses = try self.existing(Self.distinct(ids))
        guard !addresses.isEmpty else { return }
        try await self.change(group, by: principal, .add(addresses))
    }

    /// Removes a user from a group; for its owner and admins, and for the user.
    package func removeMember(
        _ id: String,
        from group: Address,
        by principal: Principal
    ) async throws(MessengerError) {
        guard let member = Address(kind: .user, id: id) else { throw .badAddress("user:\(id)") }
        try await self.change(group, by: principal, .remove(member))
    }

    /// What is known of a mailbox.
    package func summary(of mailbox: Address, for reader: Principal) async throws(MessengerError) -> MailboxSummary {
        do throws(EngineError) {
            return try await self.engine.summary(of: mailbox, for: reader)
        } catch {
            throw MessengerError(error)
        }
    }

    /// Drivers and devices make no groups and channels.
    func owner(_ creator: Principal) throws(MessengerError) -> Address? {
        guard let address = creator.address else { return nil }
        guard address.kind == .user else { throw .notPermitted }
        return address
    }

    func create(
        _ command: CreateMailboxCommand
    ) async throws(MessengerError) -> (summary: MailboxSummary, isDuplicate: Bool) {
        do throws(EngineError) {
            return try await self.engine.createMailbox(command)
        } catch {
            throw MessengerError(error)
        }
    }

    func change(
        _ mailbox: Address,
        by principal: Principal,
        _ change: MembershipChange
    ) async throws(MessengerError) {
        do throws(EngineError) {
            try await self.engine.changeMembers(of: mailbox, by: principal, change)
        } catch {
            throw MessengerError(error)
        }
    }

    /// The address that a creator's key always gives, or a fresh one.
    static func address(_ kind: AddressKind, creator: Principal, key: String?) throws(MessengerError) -> Address {
        let id = key.map { ObjectID.derived(purpose: kind.name, scope: creator.keyScope, key: $0) } ?? ObjectID.random()
        guard let address = Address(kind: kind, id: id) else { throw .badAddress(id) }
        return address
    }

    /// The addresses of users that all exist.
    private func existing(_ ids: [String]) throws(MessengerError) -> [Address] {
        let unknown = ids.filter { !self.directory.hasUser(id: $0) }
        guard unknown.isEmpty else { throw .unknownUsers(unknown) }
        return ids.map { Address(trusted: .user, id: $0) }
    }

    private static func distinct(_ ids: [String]) -> [String] {
        var seen: Set<String> = []
        return ids.filter { seen.insert($0).inserted }
    }
}
