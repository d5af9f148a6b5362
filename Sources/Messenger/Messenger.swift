package import Accounts
package import Engine
package import Primitives

/// Direct chats, groups and channels as people know them, over the engine's mailboxes; for any thread.
package final class Messenger: Sendable {
    let engine: Engine
    let directory: Directory

    package init(engine: Engine, directory: Directory) {
        self.engine = engine
        self.directory = directory
    }

    /// The mailbox that `to` means for a sender.
    ///
    /// `user:ID` from a user means their direct chat, which the first message makes; from a service the user's own
    /// mailbox. Anything else is the address itself.
    package func resolve(_ to: String, for sender: Principal) throws(MessengerError) -> Address {
        guard let address = Address(to) else { throw .badAddress(to) }
        guard case .subject(let subject) = sender else { return address }
        switch address.kind {
        case .user:
            guard subject.kind == .user else { throw .notPermitted }
            guard let direct = Address.direct(subject.id, address.id) else { throw .badAddress(to) }
            guard self.directory.hasUser(id: address.id) else { throw .unknownUsers([address.id]) }
            return direct
        case .direct:
            // The first message makes it: not with somebody who does not exist.
            let users = address.directUserIDs
            guard subject.kind == .user, users.contains(subject.id) else { throw .notPermitted }
            let unknown = users.filter { $0 != subject.id && !self.directory.hasUser(id: $0) }
            guard unknown.isEmpty else { throw .unknownUsers(unknown) }
            return address
        case .driver, .device, .group, .channel: return address
        }
    }

    /// Publishes to a mailbox that was resolved.
    package func send(_ command: PublishCommand) async throws(MessengerError) -> Published {
        do throws(EngineError) {
            return try await self.engine.publish(command)
        } catch {
            throw MessengerError(error)
        }
    }

    /// A page of a mailbox's messages.
    package func history(
        of mailbox: Address,
        for reader: Principal,
        _ query: HistoryQuery
    ) async throws(MessengerError) -> HistoryPage {
        do throws(EngineError) {
            return try await self.engine.history(of: mailbox, for: reader, query)
        } catch {
            throw MessengerError(error)
        }
    }

    /// One message by its id.
    package func message(_ id: MessageID, for reader: Principal) async throws(MessengerError) -> Message {
        do throws(EngineError) {
            return try await self.engine.message(id.mailbox, id.seq, for: reader)
        } catch {
            throw MessengerError(error)
        }
    }

    /// Notes how far a member has got.
    package func acknowledge(
        in mailbox: Address,
        by member: Address,
        delivered: Seq?,
        read: Seq?
    ) async throws(MessengerError) {
        do throws(EngineError) {
            try await self.engine.acknowledge(in: mailbox, by: member, delivered: delivered, read: read)
        } catch {
            throw MessengerError(error)
        }
    }
}
