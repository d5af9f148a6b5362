package import Engine
package import Primitives

extension Messenger {
    /// Makes a channel; a user who makes one is its owner and first subscriber, a service's has no owner.
    ///
    /// With the same idempotency `key` and content the first answer is given again.
    package func createChannel(
        title: String,
        isPublic: Bool,
        by creator: Principal,
        key: String?
    ) async throws(MessengerError) -> (summary: MailboxSummary, isDuplicate: Bool) {
        let command = CreateMailboxCommand(
            address: try Self.address(.channel, creator: creator, key: key),
            title: try Title.prepared(title),
            owner: try self.owner(creator),
            members: [],
            isPublic: isPublic,
            key: key
        )
        return try await self.create(command)
    }

    /// Subscribes a user, driver or device to a channel, for good; the engine lets them only into public ones.
    package func join(_ channel: Address, by principal: Principal) async throws(MessengerError) {
        guard channel.kind == .channel, let subject = principal.address else { throw .notPermitted }
        try await self.change(channel, by: principal, .add([subject]))
    }

    /// Ends a subscription.
    package func leave(_ channel: Address, by principal: Principal) async throws(MessengerError) {
        guard channel.kind == .channel, let subject = principal.address else { throw .notPermitted }
        try await self.change(channel, by: principal, .remove(subject))
    }
}
