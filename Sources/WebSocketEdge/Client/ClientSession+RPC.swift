import Accounts
import Engine
import Messenger
import NIOCore
import Primitives
import Wire

/// The methods of `rpc`: `publish`, `ack`, `typing`, `chats`.
extension ClientSession {
    func rpc(_ id: UInt32, _ method: String, _ data: ByteBuffer?, _ identity: SubjectIdentity) {
        let data = data ?? ByteBuffer(string: "{}")
        do {
            switch method {
            case "publish": try self.rpcPublish(id, data, identity)
            case "ack":
                let request = try AcknowledgeRequest(data)
                self.port?.acknowledge(
                    request.mailbox,
                    by: identity.address,
                    delivered: request.delivered,
                    read: request.read,
                    self.expect(.acknowledged(id))
                )
            case "typing":
                guard self.admitPublish(id) else { return }
                let mailbox = try TypingRequest(data).mailbox
                self.port?.typing(mailbox, by: identity.address, self.expect(.acknowledged(id)))
            case "chats": self.chats(id, try ChatsRequest(data), identity)
            default: self.refuse(id, .methodNotFound)
            }
        } catch let error as RPCError {
            self.refuse(id, error.code, error.message)
        } catch let error as MessengerError {
            self.refuse(id, ErrorCode(error))
        } catch let error as EngineError {
            self.refuse(id, ErrorCode(error))
        } catch {
            self.refuse(id, .internal)
        }
    }

    private func rpcPublish(_ id: UInt32, _ data: ByteBuffer, _ identity: SubjectIdentity) throws {
        let request = try RPCPublishRequest(data, limits: self.limits)
        guard self.admitPublish(id) else { return }
        let sender = Principal.subject(identity.address)
        let to = try self.environment.messenger.resolve(request.to, for: sender)
        let command = request.draft.command(to: to, from: sender, durability: request.durability)
        try self.port?.publish(command, ReplyContext(command: id, form: .rpc))
    }

    /// The conversations are gathered over many shards, off the loop.
    private func chats(_ id: UInt32, _ request: ChatsRequest, _ identity: SubjectIdentity) {
        guard let connection = self.connection else { return }
        let messenger = self.environment.messenger, subject = identity.address
        let bound = NIOLoopBound(self, eventLoop: connection.eventLoop)
        connection.eventLoop.makeFutureWithTask {
            await messenger.chatPage(of: subject, before: request.before, limit: request.limit)
        }.whenSuccess { page in
            let session = bound.value
            guard case .connected = session.phase else { return }
            switch page {
            case .success(let page):
                var data = ByteBuffer()
                data.writeJSON { $0.chats(page) }
                session.reply(.rpc(data: data), to: id)
            case .failure(let error): session.refuse(id, ErrorCode(error))
            }
            session.port?.flush()
        }
    }
}

extension Messenger {
    fileprivate func chatPage(
        of subject: Address,
        before cursor: ChatCursor?,
        limit: Int
    ) async -> Result<ChatPage, MessengerError> {
        do throws(MessengerError) {
            return .success(try await self.chats(of: subject, before: cursor, limit: limit))
        } catch {
            return .failure(error)
        }
    }
}
