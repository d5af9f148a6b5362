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
            var log = self.book.mailboxes[0].log
            if log.count > 1 { log.swapAt(0, 1) }
            self.book.mailboxes[0].log = log
        case .forgetfulDisk: self.restart(on: SimulatedDisk())
        }
    }

    /// Ends the engine when the run is over.
    func leave() {
        self.engine?.drop()
        for client in self.clients { client.connection?.link.cut() }
    }
}
