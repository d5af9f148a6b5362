import Engine
import NIOCore
import Primitives

/// What clients and the organisation's own software do.
extension World {
    func stepClient() {
        guard let engine = self.engine else { return }
        let client = self.clients[self.random.number(0..<self.clients.count)]
        guard let connection = client.connection else {
            guard self.random.chance(2), self.failure == nil else { return }
            let loop = self.random.number(0..<self.loops.loops.count)
            self.trace.note(30, UInt64(client.number), "client \(client.number) connects")
            client.connection = Connection(client, engine, on: loop, self)
            return
        }
        switch self.random.number(0..<100) {
        case 0..<45: if !client.isSlow { client.read(self.random.number(1..<12), self) }
        case 45..<75: if connection.isReady { self.publish(as: client, connection) }
        case 75..<82: if connection.isReady { self.publishAgain(as: client, connection) }
        case 82..<92: if connection.isReady { self.acknowledge(as: client, connection) }
        case 92..<94: if connection.isReady { connection.toggle(Scenery.channel) }
        case 94: self.history(as: client, connection)
        case 95: if connection.isReady { self.type(as: client, connection) }
        case 96..<98:
            client.isSlow.toggle()
            self.trace.note(
                31,
                UInt64(client.number),
                "client \(client.number) reads \(client.isSlow ? "no more" : "on")"
            )
        default:
            self.trace.note(32, UInt64(client.number), "client \(client.number) is cut")
            self.cut(client)
        }
    }

    private func publish(as client: Client, _ connection: Connection) {
        let mailbox: Int
        switch self.random.number(0..<8) {
        case 0: mailbox = Scenery.channel
        case 1...2: mailbox = Scenery.directs.lowerBound + client.user / 2
        default:
            // Mostly where one belongs, if there is such a group among those looked at.
            let groups = (0..<3).map { _ in self.random.number(Scenery.groups) }
            mailbox =
                groups.first { self.book.mailboxes[$0].members[client.user].state == .member } ?? groups[0]
        }
        let key = self.random.chance(2) ? "k\(self.book.attempts.count)" : nil
        connection.publish(self.attempt(mailbox, .subject(client.address), user: client.user, key: key))
    }

    /// The same again under its key, or another content under it.
    private func publishAgain(as client: Client, _ connection: Connection) {
        guard !self.keyed.isEmpty else { return }
        let number = self.keyed[self.random.number(0..<self.keyed.count)], known = self.book.attempts[number]
        guard known.command.from == .subject(client.address) else { return }
        if known.answer != nil, self.random.chance(5) {
            return connection.publish(
                self.attempt(
                    known.mailbox,
                    known.command.from,
                    user: client.user,
                    key: known.command.key,
                    isForbidden: true
                )
            )
        }
        connection.publish(self.again(number, user: client.user))
    }

    private func acknowledge(as client: Client, _ connection: Connection) {
        let mailbox = self.random.number(0..<Scenery.channel + 1)
        // Before it follows again, what it knows may be of an epoch that is over.
        guard connection.reading[mailbox] != nil, let known = client.known[mailbox], known.offset > 0 else { return }
        // Late receipts come, too.
        let newest = Int(known.offset), isLate = self.random.chance(3)
        let seq = Seq(rawValue: UInt64(isLate ? self.random.number(1..<newest + 1) : newest))
        let isRead = self.random.chance(2)
        self.trace.note(33, seq.rawValue, "client \(client.number) has \(Scenery.mailboxes[mailbox])/\(seq)")
        connection.acknowledge(mailbox, seq, isRead: isRead)
    }

    private func history(as client: Client, _ connection: Connection) {
        let mailbox = self.random.number(0..<Scenery.mailboxes.count)
        let seq = Seq(rawValue: UInt64(self.random.number(0..<50)))
        let ranges: [HistoryQuery.Range] = [.newest, .before(seq), .after(seq)]
        let range = ranges[self.random.number(0..<ranges.count)]
        connection.history(mailbox, HistoryQuery(range: range, countMax: self.random.number(0..<30)))
    }

    /// A new message on its way.
    func attempt(
        _ mailbox: Int,
        _ sender: Principal,
        user: Int?,
        key: String?,
        durability: Durability? = nil,
        isForbidden: Bool = false
    ) -> Attempting {
        let number = self.book.attempts.count
        let command = PublishCommand(
            to: Scenery.mailboxes[mailbox],
            from: sender,
            body: ByteBuffer(string: Scenery.body(number)),
            key: key,
            durability: durability ?? self.durability(in: mailbox)
        )
        _ = self.book.begin(command, in: mailbox, isForbidden: isForbidden)
        self.trace.note(34, UInt64(number), "\(sender) sends \(number) to \(command.to) under \(key ?? "no key")")
        if key != nil, !isForbidden {
            if self.keyed.count == 48 { self.keyed.remove(at: self.random.number(0..<48)) }
            self.keyed.append(number)
        }
        return Attempting(number: number, isRepeat: false, permission: self.permission(mailbox, user))
    }

    private func durability(in mailbox: Int) -> Durability {
        guard self.settings.isWeak(mailbox), self.random.chance(2) else { return .synced }
        return self.random.chance(2) ? .written : .memory
    }

    /// The same message on its way again.
    func again(_ number: Int, user: Int?) -> Attempting {
        let known = self.book.attempts[number]
        self.book.sending(known.command.durability, to: known.mailbox)
        self.trace.note(35, UInt64(number), "\(known.command.from) sends \(number) again")
        return Attempting(
            number: number,
            isRepeat: known.seq != nil,
            permission: self.permission(known.mailbox, user)
        )
    }

    /// Whether a user may write to a mailbox, as far as that is known.
    private func permission(_ mailbox: Int, _ user: Int?) -> Attempting.Permission? {
        guard let user, Scenery.isOpen(mailbox) else { return nil }
        let present = self.book.mailboxes[mailbox].members[user]
        var isMember = present.state == .member
        if mailbox == Scenery.channel { isMember = isMember && user == Scenery.owner(of: mailbox) }
        guard present.state != .unknown else { return nil }
        return .init(user: user, version: present.version, isMember: isMember)
    }

    /// A publish was acknowledged.
    func acknowledged(_ attempting: Attempting, _ answer: Told) {
        self.counts.acknowledged += 1
        let address = self.book.attempts[attempting.number].command.to
        self.trace.note(36, answer.seq, "\(attempting.number) is \(address)/\(answer.seq)")
        self.book.acknowledged(attempting.number, answer, isRepeat: attempting.isRepeat)
        if let permission = attempting.permission, self.holds(permission, attempting.number) {
            self.judge.expect(permission.isMember, .membership, "u\(permission.user) may not send to \(address)")
        }
    }

    /// A publish was refused; only of some refusals it is sure that nothing comes of it.
    func refused(_ attempting: Attempting, _ error: EngineError) {
        let attempt = self.book.attempts[attempting.number]
        self.counts.refused += 1
        self.trace.note(37, UInt64(attempting.number), "\(attempting.number) is refused: \(error)")
        switch error {
        case .unavailable, .storageFull: break
        case .keyReused:
            self.judge.expect(attempt.isForbidden, .firstAnswer, "the key of \(attempting.number) stands for another")
        case .notPermitted:
            guard let permission = attempting.permission, self.holds(permission, attempting.number) else {
                let isLate = Scenery.isOpen(attempt.mailbox)
                return self.judge.expect(isLate, .membership, "\(attempt.command.to) is not open to its own")
            }
            self.judge.expect(!permission.isMember, .membership, "u\(permission.user) belongs to \(attempt.command.to)")
        default: self.judge.fail(.membership, "\(attempting.number) is refused: \(error)")
        }
    }

    /// Whether nothing has changed since.
    private func holds(_ permission: Attempting.Permission, _ number: Int) -> Bool {
        let present = self.book.mailboxes[self.book.attempts[number].mailbox].members[permission.user]
        return present.version == permission.version
    }
}
