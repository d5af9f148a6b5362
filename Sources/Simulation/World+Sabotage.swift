import ColdStorage
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
        case .forgetfulDisk: self.restart(on: SimulatedDisk(), after: .killed)
        case .falseSettlement:
            // Whoever says that nothing is lost must be right: after a kill nobody can say so.
            guard let engine = self.engine else { return }
            let service = Principal.service(Scenery.service), mailbox = Scenery.owns.lowerBound
            self.send(self.attempt(mailbox, service, user: nil, key: nil, durability: .memory), engine)
            guard self.quiesce(), engine.settleStepping() else { return }
            self.end(byPowerCut: false)
        case .changedDocument:
            guard let engine = self.engine else { return }
            engine.submit(
                .put(Scenery.documents, Scenery.documentKeys[0], value: Array("0".utf8), expecting: .anything)
            ) { _ in }
        case .repeatedTask:
            guard let engine = self.engine, let work = self.tasks.works.firstIndex(where: \.isFinished) else { return }
            let id = Scenery.taskIDs[self.tasks.works[work].task], payload = Array(String(work).utf8)
            let task = DurableTask(id: id, kind: "work", due: self.time.now(), payload: payload)
            engine.submit(.schedule(task, unlessPresent: false)) { _ in }
        case .smuggledItem:
            guard let engine = self.engine, let item = self.inboxes.items.first(where: \.isAway) else { return }
            engine.submit(.publish(self.book.attempts[item.attempt].command)) { _ in }
            guard self.quiesce() else { return }
            self.end(byPowerCut: false)
        case .forgedMark:
            for driver in 0..<Scenery.driverCount {
                self.inboxes.mayBeMarked(driver, 1, .own)
                self.inboxes.isMarked(driver, 1, .own)
            }
            self.end(byPowerCut: false)
        case .forgedHold:
            self.forgesHold = true
            self.end(byPowerCut: false)
        case .stranger:
            guard let engine = self.engine, let client = self.clients.first else { return }
            self.stranger = Connection(Client(client.number), engine, on: 0, self)
            self.checkPresence()
        case .lossyNetwork:
            guard let engine = self.engine else { return }
            for mailbox in Scenery.directs {
                self.send(self.attempt(mailbox, .service(Scenery.service), user: nil, key: nil), engine)
            }
            guard self.quiesce() else { return }
            for client in self.clients { client.connection?.link.loseLast() }
            self.checkCompleteness()
        case .forgetfulRestore:
            self.forgetsKeys = true
            for _ in 0..<32 { self.tryRestore() }
        case .lostBlocks:
            for shard in 0..<self.settings.shardCount { try? self.engine?.offload(shard: shard) }
            for mailbox in Scenery.mailboxes {
                self.cold.damage(mailbox, holding: Seq(rawValue: 1)) { $0.bytes.removeAll() }
            }
        case .leakedKey:
            self.leaksKey = true
            self.tryWithoutKey()
        }
    }

    /// Ends the engine when the run is over.
    func leave() {
        self.counts.lags += self.engine?.lagCount ?? 0
        self.engine?.drop()
        self.stranger?.link.cut()
        for client in self.clients { client.connection?.link.cut() }
    }
}
