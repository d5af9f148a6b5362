import Engine
import NIOCore
import Primitives
import TestKit

/// What a test does to a run, to see that it is noticed.
extension World {
    func spoil(_ sabotage: SimulatedRun.Sabotage) {
        switch sabotage {
        case .forgedMessage:
            let mailbox = self.book.mailboxes[0], number = self.book.attempts.count
            let command = PublishCommand(
                to: Scenery.mailboxes[0],
                from: .service(Scenery.service),
                body: .init(string: Scenery.body(number))
            )
            _ = self.book.begin(command, in: 0)
            self.book.saw(number, in: 0, at: UInt64(mailbox.log.count) + 1_000_000, sender: "", self.time.now())
        case .swappedMessage:
            let longest = self.book.mailboxes.indices.max {
                self.book.mailboxes[$0].log.count < self.book.mailboxes[$1].log.count
            }
            let mailbox = longest ?? 0
            if self.book.mailboxes[mailbox].log.count > 1 { self.book.mailboxes[mailbox].log.swapAt(0, 1) }
        case .forgetfulDisk: self.restart(on: SimulatedDisk())
        }
    }

    /// Ends the engine when the run is over.
    func leave() {
        self.engine?.drop()
        for client in self.clients { client.connection?.link.cut() }
    }
}
