import Engine
import Primitives

/// Whether everybody gets everything in the end.
extension World {
    /// Everybody reads on until nothing comes any more, and then has all there is.
    ///
    /// That holds for those who were slow, too: what passed them by is brought to them from the log.
    func checkCompleteness() {
        guard self.failure == nil, self.quiesce(), self.cutAllThatMust() else { return }
        repeat {
            for client in self.clients { client.read(.max, self) }
            guard self.quiesce() else { return }
        } while self.clients.contains { $0.connection?.link.isEmpty == false }
        guard self.cutAllThatMust(), let engine = self.engine else { return }
        self.trace.note(72, 0, "everything is read")
        for (mailbox, address) in Scenery.mailboxes.enumerated() {
            engine.submit(.summary(address, for: .service(Scenery.service))) { answer in
                guard case .summary(let summary) = answer else { return }
                for client in self.clients {
                    guard let connection = client.connection, connection.following.contains(mailbox),
                        let next = connection.reading[mailbox]
                    else { continue }
                    self.judge.expect(
                        next == summary.head.rawValue + 1,
                        .complete,
                        "client \(client.number) waits for \(address)/\(next), which ends at \(summary.head)"
                    )
                }
            }
        }
        _ = self.quiesce()
    }

    /// Connections that the edge wants closed are; false when the engine ends meanwhile.
    func cutAllThatMust() -> Bool {
        for client in self.clients where client.connection?.mustClose == true { self.cut(client) }
        return self.quiesce()
    }
}
