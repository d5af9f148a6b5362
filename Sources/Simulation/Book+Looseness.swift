import Primitives

/// How an engine's life ended, and what may be gone with it.
enum Ending: Int, Comparable {
    /// It was stopped, and said that nothing is lost.
    case settled
    /// It was stopped, and nothing is lost, but there was no room to say so.
    case stopped
    /// The process was killed: what the kernel had is there.
    case killed
    /// What was synced is there.
    case powerCut

    static func < (left: Ending, right: Ending) -> Bool { left.rawValue < right.rawValue }
}

extension Book {
    /// What of a mailbox's log holds, whatever comes.
    struct Hold {
        /// Up to here it is synced.
        var synced: UInt64 = 0
        /// Up to here it is written at least.
        var written: UInt64 = 0
        /// Something weakly durable was told in this epoch, and no clean stop came since.
        var isLoose = false
        /// Something weakly durable was sent.
        var mayBeLoose = false
        /// The worst that came since the log was looked at as a whole.
        var ending: Ending?

        init() {}

        /// After a recovery, and once it is told, all of it holds.
        init(all head: UInt64) {
            self.synced = head
            self.written = head
        }

        /// A message of this level was told: a synced one holds with all before it.
        mutating func told(_ durability: Durability, _ seq: UInt64) {
            guard seq > self.synced else { return }
            guard durability == .synced else { return self.isLoose = true }
            self.synced = max(self.synced, seq)
            self.written(seq)
        }

        /// A message was acknowledged as written.
        mutating func written(_ seq: UInt64) { self.written = max(self.written, seq) }
    }

    /// A message of this level is on its way.
    mutating func sending(_ durability: Durability, to mailbox: Int) {
        if durability != .synced { self.mailboxes[mailbox].hold.mayBeLoose = true }
    }

    /// An engine says that nothing is lost; whether its word is on disk nobody knows, until it has stopped.
    mutating func settles() {
        for mailbox in self.mailboxes.indices { self.mailboxes[mailbox].hold.isLoose = false }
    }

    /// An engine's life is over.
    mutating func ended(_ ending: Ending) {
        for mailbox in self.mailboxes.indices {
            let known = self.mailboxes[mailbox].hold.ending
            self.mailboxes[mailbox].hold.ending = max(known ?? ending, ending)
        }
    }

    /// A mailbox's epoch after a recovery: a new one exactly where something weak was told and the end was no clean
    /// one; it may be new where something weak was sent.
    mutating func recovered(_ mailbox: Int, _ epoch: Epoch) {
        guard let known = self.mailboxes[mailbox].epoch, let ending = self.mailboxes[mailbox].hold.ending else {
            return
        }
        let hold = self.mailboxes[mailbox].hold, name = Scenery.mailboxes[mailbox]
        guard epoch != known else {
            return self.judge.expect(
                ending <= .stopped || !hold.isLoose,
                .newEpoch,
                "\(name) may have lost what was told, and has its epoch \(epoch)"
            )
        }
        self.judge.expect(
            ending > .settled && hold.mayBeLoose,
            .sameEpoch,
            "\(name): \(known), then \(epoch), and nothing can be lost"
        )
        let isFresh = self.mailboxes[mailbox].pastEpochs.insert(known).inserted
        self.judge.expect(
            isFresh && !self.mailboxes[mailbox].pastEpochs.contains(epoch),
            .newEpoch,
            "\(name) has \(epoch) again"
        )
        self.mailboxes[mailbox].epoch = epoch
        switch ending {
        case .settled, .stopped: break
        case .killed: self.forget(mailbox, after: hold.written)
        case .powerCut: self.forget(mailbox, after: hold.synced)
        }
    }

    /// What stood behind a seq may be gone, or be another message.
    private mutating func forget(_ mailbox: Int, after seq: UInt64) {
        guard self.mailboxes[mailbox].log.count > Int(seq) else { return }
        for number in self.mailboxes[mailbox].log[Int(seq)...].compactMap({ $0 }) {
            self.attempts[number].seq = nil
            self.attempts[number].at = nil
            self.attempts[number].answer = nil
            self.attempts[number].isAccepted = false
        }
        self.mailboxes[mailbox].log.removeSubrange(Int(seq)...)
        for user in self.mailboxes[mailbox].read.indices {
            self.mailboxes[mailbox].read[user] = min(self.mailboxes[mailbox].read[user], seq)
        }
    }
}
