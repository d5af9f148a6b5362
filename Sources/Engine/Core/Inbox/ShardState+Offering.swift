import NIOCore
import Policies
import Primitives

/// What an offer comes to: the policy at the mailbox's door (E4, POLICY).
extension ShardState {
    /// Decides on an offer to a mailbox that is there.
    func decide(
        _ offer: Offer,
        to mailbox: UInt32,
        at now: Timestamp,
        into record: inout ByteBuffer
    ) -> Decision<Offered> {
        let recipient = offer.publish.to
        let items = self.inboxes.items(of: mailbox)
        let known = self.inboxes.itemNames.number(of: offer.item)
        let copy = known.flatMap { items.copy(of: $0) }
        if let copy, copy.state.isFinal {
            return .answer(Offered(recipient: recipient, outcome: .settled(copy.state, seq: copy.message)))
        }
        if let copy, copy.state == .held, now < copy.until {
            return .answer(Offered(recipient: recipient, outcome: .held(releaseAt: copy.until)))
        }
        guard self.isCurrent(offer) else { return .answer(Offered(recipient: recipient, outcome: .stale)) }
        let (candidate, decision) = self.weigh(offer, in: items, at: now)
        let rules = offer.policy.rules
        var head = OfferedRecord(item: offer.item, decision)
        guard decision.verdict == .send else {
            head.kept = OfferedRecord.Kept(at: now, labels: MessageLabels.text(offer.publish.tags))
            head.write(to: recipient, into: &record)
            let outcome: Offered.Outcome =
                head.state == .held ? .held(releaseAt: head.until) : .settled(head.state, seq: nil)
            return .apply(.offered, Offered(recipient: recipient, outcome: outcome))
        }
        let channel = decision.channel(under: rules).map { NameHash($0) }
        head.send = AcceptedSend(of: candidate, by: channel, at: now)
        head.retention = rules.retentionMilliseconds
        head.write(to: recipient, into: &record)
        let seq = self.mailboxes[Int(mailbox)].head.next
        StoredMessage.write(offer.publish, seq: seq, at: now, into: &record)
        var offered = Offered(recipient: recipient, outcome: .settled(.accepted, seq: seq))
        offered.isByOwnChannel = channel == nil || channel == candidate.channel
        return .apply(.offered, offered)
    }

    /// What the policy would say of an offer now, whoever has the item already; nothing comes of it.
    func weigh(_ offer: Offer, at now: Timestamp) -> Policies.Decision {
        let mailbox = self.mailboxNumber(offer.publish.to)
        return self.weigh(offer, in: mailbox.map { self.inboxes.items(of: $0) } ?? InboxItems(), at: now).decision
    }

    /// Asks the policy: of a copy that is held, as one that is released.
    private func weigh(
        _ offer: Offer,
        in items: InboxItems,
        at now: Timestamp
    ) -> (candidate: Candidate, decision: Policies.Decision) {
        var candidate = offer.candidate
        // All of them, from the first: a cap holds it no longer than so long after it held it first.
        if let known = self.inboxes.itemNames.number(of: offer.item) {
            for held in items.decisions(on: known) { candidate = candidate.released(after: held) }
        }
        let decision = offer.policy.rules.decide(
            candidate,
            for: offer.recipient,
            history: items.sends,
            zones: offer.policy.zones,
            at: now
        )
        return (candidate, decision)
    }

    /// Whether the recipient is as the offer takes him to be.
    private func isCurrent(_ offer: Offer) -> Bool {
        let key = offer.publish.to.description
        func version(_ collection: DocumentCollection) -> UInt64 {
            self.documents[DocumentID(collection: collection, key: key)]?.version ?? 0
        }
        return version(.profiles) == offer.profileVersion && version(.snoozes) == offer.snoozesVersion
    }
}

extension OfferedRecord {
    /// What a decision makes of a copy.
    fileprivate init(item: String, _ decision: Policies.Decision) {
        var bytes = ByteBuffer()
        bytes.writeDecision(decision)
        var until = Timestamp(rawValue: 0)
        let state: CopyState
        switch decision.verdict {
        case .send: state = .accepted
        case .hold(let instant):
            state = .held
            until = decision.releaseAt ?? instant
        case .suppress: state = decision.reason?.isOfTime == true ? .expired : .suppressed
        }
        self.init(item: item, state: state, until: until, decision: Array(buffer: bytes))
    }
}

extension Reason {
    /// Whether the message's own time ran out.
    fileprivate var isOfTime: Bool { self == .expired || self == .expiredInHold || self == .campaignEnded }
}

extension InboxItems {
    /// The decisions on an item, oldest first.
    fileprivate func decisions(on item: UInt32) -> [Policies.Decision] {
        self.decisions.filter { $0.item == item }.compactMap { kept in
            var bytes = ByteBuffer(bytes: kept.bytes)
            return bytes.readDecision()
        }
    }
}
