import Engine
import Journaling
import Primitives
import TestKit

/// Asking a quiet engine for everything, and comparing it with the book.
extension World {
    /// Asks for all logs, members, memberships, documents and inboxes.
    ///
    /// Returns false when the engine ends before it has answered.
    func audit() -> Bool {
        guard let engine = self.engine else { return false }
        self.counts.audits += 1
        let all = HistoryQuery(range: .after(.zero), countMax: .max, bytesMax: .max)
        for (mailbox, address) in Scenery.mailboxes.enumerated() {
            engine.submit(.history(address, for: .service(Scenery.service), all)) { answer in
                switch answer {
                case .history(let page): self.book.check(page, of: mailbox)
                default: self.checkAbsent(mailbox)
                }
            }
        }
        for mailbox in Scenery.mailboxes.indices where Scenery.isOpen(mailbox) {
            for user in 0..<Scenery.userCount { self.auditMember(user, of: mailbox, engine) }
        }
        for number in Scenery.documentKeys.indices { self.readDocument(number, engine) }
        for driver in 0..<Scenery.driverCount { self.askForNews(driver, engine) }
        guard self.quiesce() else { return false }
        for user in 0..<Scenery.userCount { self.auditMemberships(of: user, engine) }
        self.inboxes.seen = .init()
        for driver in 0..<Scenery.driverCount { self.auditInbox(driver, engine) }
        guard self.quiesce() else { return false }
        self.checkCounts(engine)
        return true
    }

    /// What a user is told to belong to is what it belongs to: derived from the mailboxes, and looked at after them.
    private func auditMemberships(of user: Int, _ engine: Engine) {
        for command in [SteppedCommand.memberships(Scenery.users[user]), .listings(Scenery.users[user])] {
            engine.submit(command) { answer in
                switch answer {
                case .memberships(let addresses): self.checkMemberships(of: user, addresses)
                case .listings(let listings): self.checkMemberships(of: user, listings.flatMap(\.addresses))
                default: self.judge.fail(.membership, "u\(user): \(answer)")
                }
            }
        }
    }

    private func checkMemberships(of user: Int, _ addresses: [Address]) {
        let told = addresses.compactMap { Scenery.number(of: $0) }.filter { Scenery.isOpen($0) }.sorted()
        let expected = self.book.mailboxes.indices.filter { mailbox in
            Scenery.isOpen(mailbox) && self.book.mailboxes[mailbox].members[user].state == .member
        }
        self.judge.expect(told == expected, .membership, "u\(user) is told \(told), and belongs to \(expected)")
    }

    private func checkAbsent(_ mailbox: Int) {
        self.judge.expect(
            !self.book.mailboxes[mailbox].isMade,
            .nothingLost,
            "\(Scenery.mailboxes[mailbox]) was there, and is not"
        )
    }

    private func auditMember(_ user: Int, of mailbox: Int, _ engine: Engine) {
        engine.submit(.summary(Scenery.mailboxes[mailbox], for: .subject(Scenery.users[user]))) { answer in
            let known = self.book.mailboxes[mailbox].members[user].state
            let isMember: Bool
            if case .summary(let summary) = answer {
                isMember = true
                self.book.saw(read: summary.read.rawValue, of: user, in: mailbox)
                self.judge.expect(summary.read <= summary.head, .cursors, "\(summary.address): \(summary.read)")
            } else {
                isMember = false
            }
            self.judge.expect(
                known == .unknown || (known == .member) == isMember,
                .membership,
                "u\(user) was \(known) in \(Scenery.mailboxes[mailbox]), and now \(isMember ? "belongs" : "does not")"
            )
            self.book.mailboxes[mailbox].members[user].state = isMember ? .member : .out
        }
    }

    /// The end of a run: the disk works, everything settles, and a clean start finds all of it.
    func finish() {
        guard self.judge.broken == nil else { return }
        self.restart(on: self.disk.killed(), after: .killed)
        for attempt in 0..<2 {
            guard self.judge.broken == nil else { return }
            guard self.quiesce() else {
                guard let found = self.disk.survivor else { return }
                self.restart(on: found, after: self.crash)
                continue
            }
            self.expectTasks()
            self.hashes.sample(self)
            if attempt == 0 { self.restart(on: self.disk.killed(), after: .killed) }
        }
    }
}
