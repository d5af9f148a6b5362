import Engine
import Primitives

/// The organisation's own software, and what owners do with their groups.
extension World {
    func askAsService() {
        guard let engine = self.engine, self.failure == nil else { return }
        switch self.random.number(0..<10) {
        case 0: self.create(self.random.number(0..<Scenery.channel + 1), engine)
        case 1..<5: self.changeMembers(engine)
        case 5..<7:
            guard !self.keyed.isEmpty else { return }
            let number = self.keyed[self.random.number(0..<self.keyed.count)]
            guard self.book.attempts[number].command.from == .service(Scenery.service) else { return }
            self.send(self.again(number, user: nil), engine)
        default:
            let mailbox =
                self.random.chance(3) ? self.random.number(Scenery.groups) : self.random.number(Scenery.owns)
            let key = self.random.chance(3) ? nil : "k\(self.book.attempts.count)"
            self.send(self.attempt(mailbox, .service(Scenery.service), user: nil, key: key), engine)
        }
    }

    func send(_ attempting: Attempting, _ engine: Engine) {
        let command = self.book.attempts[attempting.number].command, isReply = command.from.address == command.to
        engine.submit(isReply ? .reply(command) : .publish(command)) { answer in
            switch answer {
            case .published(let published): self.acknowledged(attempting, Told(published))
            case .refused(let error): self.refused(attempting, error)
            default: self.judge.fail(.firstAnswer, "\(answer) for a publish")
            }
        }
    }

    /// Makes a group or the channel, always with the same content under the same key.
    private func create(_ mailbox: Int, _ engine: Engine) {
        let address = Scenery.mailboxes[mailbox], owner = Scenery.owner(of: mailbox)
        let command = CreateMailboxCommand(
            address: address,
            title: address.id,
            owner: Scenery.users[owner],
            isPublic: mailbox == Scenery.channel,
            key: "create \(address)"
        )
        let wasMade = self.book.mailboxes[mailbox].isMade
        if !wasMade { self.book.mailboxes[mailbox].members[owner].state = .unknown }
        self.trace.note(40, UInt64(mailbox), "\(address) is made")
        engine.submit(.create(command)) { answer in
            switch answer {
            case .created(let summary, let isDuplicate):
                self.judge.expect(isDuplicate || !wasMade, .firstAnswer, "\(address) is made again")
                self.book.sawEpoch(summary.epoch, of: mailbox)
                self.book.mailboxes[mailbox].members[owner].version += 1
                self.book.mailboxes[mailbox].members[owner].state = .member
            // After a day its key is forgotten, and the address is taken.
            case .refused(.unavailable), .refused(.storageFull), .refused(.conflict): break
            default: self.judge.fail(.firstAnswer, "\(address): \(answer)")
            }
        }
    }

    /// A member comes or goes; one change of the same at a time, so that it is known what comes of it.
    private func changeMembers(_ engine: Engine) {
        let mailbox = self.random.number(0..<Scenery.channel + 1), user = self.random.number(0..<Scenery.userCount)
        let present = self.book.mailboxes[mailbox].members[user], address = Scenery.mailboxes[mailbox]
        guard self.book.mailboxes[mailbox].isMade, !present.isChanging, user != Scenery.owner(of: mailbox) else {
            return
        }
        // Most stay for a while.
        let joins = present.state != .member || !self.random.chance(5)
        let sender = joins && self.random.chance(2) ? Scenery.users[Scenery.owner(of: mailbox)] : nil
        self.book.mailboxes[mailbox].members[user].isChanging = true
        self.book.mailboxes[mailbox].members[user].state = .unknown
        self.book.mailboxes[mailbox].members[user].version += 1
        self.trace.note(41, UInt64(mailbox * 16 + user), "u\(user) \(joins ? "joins" : "leaves") \(address)")
        let change = joins ? MembershipChange.add([Scenery.users[user]]) : .remove(Scenery.users[user])
        engine.submit(.change(address, by: sender.map { .subject($0) } ?? .service(Scenery.service), change)) {
            answer in
            self.book.mailboxes[mailbox].members[user].isChanging = false
            self.book.mailboxes[mailbox].members[user].version += 1
            switch answer {
            case .done: self.book.mailboxes[mailbox].members[user].state = joins ? .member : .out
            case .refused(.unavailable), .refused(.storageFull): break
            default: self.judge.fail(.membership, "\(address): \(answer)")
            }
        }
    }

    /// Whatever was asked has no answer any more.
    func requestsEnded() {
        for mailbox in self.book.mailboxes.indices {
            for user in 0..<Scenery.userCount { self.book.mailboxes[mailbox].members[user].isChanging = false }
        }
    }
}
