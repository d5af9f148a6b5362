import Primitives

/// Who follows what.
extension Lane {
    func attach(_ session: SessionRef, _ mailbox: MailboxRef, _ variant: FrameVariant) {
        guard self.isOpen(session), self.place(of: mailbox, in: session.slot) == nil else { return }
        let place = self.join(mailbox, session.slot, variant)
        self.slots[Int(session.slot)]?.following.append(.init(mailbox: mailbox, standing: .live(place)))
    }

    func detach(_ session: SessionRef, _ mailbox: MailboxRef) {
        guard self.isOpen(session), let index = self.place(of: mailbox, in: session.slot),
            let following = self.slots[Int(session.slot)]?.following.remove(at: index)
        else { return }
        self.removeFromRoster(following)
    }

    /// Where a mailbox stands among those that a session follows.
    func place(of mailbox: MailboxRef, in slot: UInt32) -> Int? {
        self.slots[Int(slot)]?.following.firstIndex { $0.mailbox == mailbox }
    }

    /// From here on broadcasts reach the session: returns its place in the roster.
    func join(_ mailbox: MailboxRef, _ slot: UInt32, _ variant: FrameVariant) -> Int {
        self.rosters[mailbox, default: Roster()].append(.init(slot: slot, variant: variant))
    }

    func removeFromRoster(_ following: SessionSlot.Following) {
        guard case .live(let place) = following.standing else { return }
        guard let moved = self.rosters[following.mailbox]?.remove(at: place) else {
            if self.rosters[following.mailbox]?.isEmpty == true { self.rosters[following.mailbox] = nil }
            return
        }
        guard let index = self.place(of: following.mailbox, in: moved) else { return }
        self.slots[Int(moved)]?.following[index].standing = .live(place)
    }
}
