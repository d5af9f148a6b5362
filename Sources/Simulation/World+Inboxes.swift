import Engine
import Primitives

/// Reading inboxes, and comparing them with the book.
extension World {
    /// Asks what there is for a driver.
    func askForNews(_ driver: Int, _ engine: Engine) {
        let address = Scenery.mailboxes[Scenery.drivers.lowerBound + driver]
        engine.submit(.inbox(.news(address), at: address)) { answer in
            guard case .inbox(.news(let news)) = answer else { return self.unread(answer, .marks) }
            if let last = self.inboxes.news[driver] {
                self.judge.expect(
                    news.head >= last.head && news.revision >= last.revision,
                    .marks,
                    "d\(driver): \(last.revision) at \(last.head), then \(news.revision) at \(news.head)"
                )
            }
            self.inboxes.news[driver] = news
        }
    }

    /// Who asks an engine that has failed meanwhile hears so.
    private func unread(_ answer: Answer, _ promise: Promise) {
        if case .refused(.unavailable) = answer { return }
        self.judge.fail(promise, "\(answer) for a question")
    }

    /// Reads all that a driver has, while others go on.
    func readInbox(of driver: Int, _ engine: Engine) {
        self.askForNews(driver, engine)
        guard let news = self.inboxes.news[driver] else { return }
        let certain = (0...news.head.rawValue).map { self.inboxes.marks(driver, $0).certain }
        self.submitPage(of: driver, news, engine) { page in
            for message in page.messages where message.seq <= news.head {
                let known = certain[Int(message.seq.rawValue)]
                self.expect(message, of: driver, atLeast: known)
            }
        }
    }

    /// With nothing else on its way: everything of an inbox, after its news.
    func auditInbox(_ driver: Int, _ engine: Engine) {
        guard let news = self.inboxes.news[driver] else { return self.judge.fail(.marks, "d\(driver) has no news") }
        for number in self.inboxes.items.indices where self.inboxes.items[number].driver == driver {
            self.auditItem(number, engine)
        }
        // Behind all copies of the same shard: what was taken back is known then.
        self.submitPage(of: driver, news, engine) { page in self.check(page, of: driver, news) }
    }

    private func submitPage(
        of driver: Int,
        _ news: InboxNews,
        _ engine: Engine,
        _ body: @escaping (InboxPage) -> Void
    ) {
        let address = Scenery.mailboxes[Scenery.drivers.lowerBound + driver]
        let query = InboxQuery(
            reader: address,
            groups: [news.tallies.map(\.number)],
            after: .zero,
            before: news.head.next,
            countMax: .max
        )
        let take = UncheckedBody(body: body)
        engine.submit(.inbox(.look(address) { _ in query }, at: address)) { answer in
            guard case .inbox(.look(let look)) = answer, look.pages.count == 1, !look.pages[0].hasMore
            else { return self.unread(answer, .marks) }
            take.body(look.pages[0])
        }
    }

    /// An item's copy is what it can be, and its message stands where it says.
    private func auditItem(_ number: Int, _ engine: Engine) {
        let item = self.inboxes.items[number], address = self.book.attempts[item.attempt].command.to
        engine.submit(.inbox(.copies(item: Scenery.item(number), from: 0), at: address)) { answer in
            guard case .inbox(.copies(let copies, nil)) = answer, copies.count < 2
            else { return self.unread(answer, .items) }
            let copy = copies.first, wasPossible = item.possible
            self.inboxes.became(number, copy?.state)
            self.judge.expect(
                copy?.seq?.rawValue == self.book.attempts[item.attempt].seq,
                .items,
                "\(Scenery.item(number)) is \(copy?.state.word ?? "nothing") at \(copy?.seq ?? .zero), and its message is "
                    + "at \(self.book.attempts[item.attempt].seq ?? 0)"
            )
            guard let copy, let seq = copy.seq else { return }
            self.judge.expect(copy.recipient == address, .items, "\(Scenery.item(number)) is at \(copy.recipient)")
            if wasPossible.contains(.cancelled) { self.inboxes.mayBeMarked(item.driver, seq.rawValue, .withdrawn) }
            if copy.state == .cancelled { self.inboxes.isMarked(item.driver, seq.rawValue, .withdrawn) }
        }
    }

    /// The marks that a message came with.
    private func initialMarks(of driver: Int, _ seq: UInt64) -> MessageMarks {
        let mailbox = Scenery.drivers.lowerBound + driver, log = self.book.mailboxes[mailbox].log
        guard seq > 0, seq <= UInt64(log.count), let number = log[Int(seq) - 1] else { return [] }
        let command = self.book.attempts[number].command
        var marks: MessageMarks = command.from.address == command.to ? [.own, .delivered, .read] : []
        if command.tags.contains(where: { $0.name == "~quiet" }) { marks.insert(.quiet) }
        return marks
    }

    private func expect(_ message: InboxMessage, of driver: Int, atLeast certain: MessageMarks) {
        let seq = message.seq.rawValue, initial = self.initialMarks(of: driver, seq)
        let possible = self.inboxes.marks(driver, seq).possible.union(initial)
        self.judge.expect(
            message.marks.isSuperset(of: certain) && message.marks.isSubset(of: possible),
            .marks,
            "d\(driver)/\(seq) has the marks \(message.marks.rawValue), of \(certain.rawValue) to \(possible.rawValue)"
        )
    }

    /// All that a quiet inbox shows.
    private func check(_ page: InboxPage, of driver: Int, _ news: InboxNews) {
        let shown = Dictionary(uniqueKeysWithValues: page.messages.map { ($0.seq.rawValue, $0) })
        for seq in 0..<news.head.rawValue {
            let seq = seq + 1, initial = self.initialMarks(of: driver, seq), known = self.inboxes.marks(driver, seq)
            let hides: MessageMarks = [.quiet, .withdrawn]
            guard let message = shown[seq] else {
                let mayBeHidden = !known.possible.union(initial).isDisjoint(with: hides)
                self.judge.expect(mayBeHidden, .marks, "d\(driver)/\(seq) is not shown")
                continue
            }
            self.judge.expect(
                known.certain.union(initial).isDisjoint(with: hides),
                known.certain.contains(.withdrawn) ? .items : .marks,
                "d\(driver)/\(seq) is shown, and should not be"
            )
            self.expect(message, of: driver, atLeast: known.certain.union(initial))
            // What is shown after a recovery stays.
            self.inboxes.isMarked(driver, seq, message.marks.subtracting(initial))
        }
        let unread = page.messages.count { $0.marks.isUnread }
        self.sawMessages(page.messages)
        let told = (news.tallies.reduce(0) { $0 + $1.shown }, news.tallies.reduce(0) { $0 + $1.unread })
        self.judge.expect(
            told == (page.messages.count, unread),
            .marks,
            "d\(driver) has \(page.messages.count) messages and \(unread) unread, and is told \(told)"
        )
    }
}

/// The simulation has one thread, and what is called back on it need not be sendable.
private struct UncheckedBody: @unchecked Sendable {
    // @unchecked: the simulation has one thread.
    let body: (InboxPage) -> Void
}
