import Primitives

/// Who follows what.
extension Lane {
    func attach(_ session: SessionRef, _ mailbox: MailboxRef, _ variant: FrameVariant) {
        guard self.isOpen(session), self.place(of: mailbox, in: session) == nil else { return }
        let place = self.rosters[mailbox, default: Roster()].append(.init(slot: session.slot, variant: variant))
        self.slots[Int(session.slot)]?.following.append(.init(mailbox: mailbox, standing: .live(place)))
    }

    func detach(_ session: SessionRef, _ mailbox: MailboxRef) {
        guard self.isOpen(session), let index = self.place(of: mailbox, in: session),
            let following = self.slots[Int(session.slot)]?.following.remove(at: index)
        else { return }
        self.removeFromRoster(following)
    }

    /// Where a mailbox stands among those that a session follows.
    func place(of mailbox: MailboxRef, in session: SessionRef) -> Int? {
        self.slots[Int(session.slot)]?.following.firstIndex { $0.mailbox == mailbox }
    }

    func removeFromRoster(_ following: SessionSlot.Following) {
        guard case .live(let place) = following.standing else { return }
        guard let moved = self.rosters[following.mailbox]?.remove(at: place) else {
            if self.rosters[following.mailbox]?.isEmpty == true { self.rosters[following.mailbox] = nil }
            return
        }
        guard let index = self.slots[Int(moved)]?.following.firstIndex(where: { $0.mailbox == following.mailbox })
        else { return }
        self.slots[Int(moved)]?.following[index].standing = .live(place)
    }
}
