import Engine
import Primitives

/// Who is there, and who types.
extension World {
    func type(as client: Client, _ connection: Connection) {
        let mailbox = self.random.number(0..<Scenery.directs.upperBound)
        self.typing.insert(Typing(mailbox: mailbox, user: client.user))
        self.trace.note(70, UInt64(mailbox), "client \(client.number) types in \(Scenery.mailboxes[mailbox])")
        connection.type(in: mailbox)
    }

    /// A client is told that somebody types.
    func sawTyping(in channel: String, by user: String, _ client: Client) {
        guard let mailbox = Scenery.number(of: channel),
            let user = Scenery.users.firstIndex(where: { $0.description == user })
        else { return self.judge.fail(.typing, "client \(client.number): \(user) types in \(channel)") }
        self.judge.expect(
            self.typing.contains(Typing(mailbox: mailbox, user: user)),
            .typing,
            "client \(client.number) is told that u\(user) types in \(channel), who does not"
        )
    }

    /// With nothing on its way, those who follow are those who are present.
    func checkPresence() {
        guard let engine = self.engine, self.failure == nil, self.quiesce(), self.cutAllThatMust() else { return }
        let connections = self.clients.compactMap(\.connection)
        self.trace.note(71, UInt64(connections.count), "\(connections.count) connections, and nothing on its way")
        for (mailbox, address) in Scenery.mailboxes.enumerated() {
            let expected = connections.filter { $0.following.contains(mailbox) }.map(\.clientID.description).sorted()
            engine.submit(.presence(address, for: .service(Scenery.service))) { answer in
                switch answer {
                case .presence(let clients):
                    let present = clients.map(\.client.description).sorted()
                    self.judge.expect(
                        present == expected,
                        .presence,
                        "\(expected) follow \(address), and present are \(present)"
                    )
                case .refused(.notPermitted) where !self.book.mailboxes[mailbox].isMade: break
                default: self.judge.fail(.presence, "\(address): \(answer)")
                }
            }
        }
        _ = self.quiesce()
    }
}

/// Somebody types somewhere.
struct Typing: Hashable {
    var mailbox: Int
    var user: Int
}
