import NIOCore
import Primitives

@testable import Engine

/// What a shard should know, kept in the plainest way: dictionaries and arrays, everything counted anew.
struct ModelState {
    struct Member {
        var isAdmin = false
        var delivered: UInt64
        var read: UInt64
    }

    struct Mailbox {
        var epoch: UInt32
        var createdAt: Timestamp
        var title: String
        var owner: Address?
        var isPublic: Bool
        var members: [Address: Member] = [:]
        var messages: [Message] = []

        /// Messages up to this one are gone.
        var deletedEnd: UInt64 = 0

        var head: UInt64 { UInt64(self.messages.count) }
        var present: [Message] { self.messages.filter { $0.seq.rawValue > self.deletedEnd } }
    }

    struct KeyID: Hashable {
        var scope: String
        var key: String
    }

    /// What a key stands for: the content itself, not a sum over it.
    enum Content: Equatable {
        case message(Message)
        case mailbox(title: String, isPublic: Bool, members: [String])
    }

    struct Key {
        var content: Content
        var mailbox: Address
        var seq: UInt64
        var at: Timestamp
        var durability: Durability
    }

    var mailboxes: [Address: Mailbox] = [:]
    var keys: [KeyID: Key] = [:]
    var documents: [DocumentID: (version: UInt64, value: [UInt8])] = [:]
    var tasks: [String: DurableTask] = [:]
    let limits: Limits
    let keyWindow: Duration

    func key(_ scope: String, _ key: String, at now: Timestamp) -> Key? {
        self.keys[KeyID(scope: scope, key: key)].flatMap { now < $0.at + self.keyWindow ? $0 : nil }
    }

    func membersMax(_ kind: AddressKind) -> Int {
        switch kind {
        case .group: self.limits.groupMembersMax
        case .channel: self.limits.channelSubscribersMax
        case .direct: 2
        case .user, .driver, .device: 0
        }
    }
}

extension ModelState {
    mutating func publish(_ command: PublishCommand, at now: Timestamp) -> Result<Published, EngineError> {
        guard var mailbox = self.mailboxes[command.to] else { return .failure(.notPermitted) }
        if let sender = command.from.address {
            guard let member = mailbox.members[sender] else { return .failure(.notPermitted) }
            guard command.to.kind != .channel || member.isAdmin else { return .failure(.notPermitted) }
        }
        var message = Message(
            mailbox: command.to,
            seq: .zero,
            at: Timestamp(rawValue: 0),
            from: "",
            body: command.body,
            replyTo: command.replyTo,
            tags: command.tags,
            expiresAt: command.expiresAt,
            priority: command.priority
        )
        let content = Content.message(message)
        let scope = command.from.keyScope
        if let key = command.key, let known = self.key(scope, key, at: now) {
            guard known.content == content, known.mailbox == command.to else { return .failure(.keyReused) }
            return .success(
                Published(
                    mailbox: command.to,
                    seq: Seq(rawValue: known.seq),
                    epoch: Epoch(rawValue: mailbox.epoch),
                    at: known.at,
                    isDuplicate: true,
                    durability: known.durability
                )
            )
        }
        if let reply = command.replyTo?.rawValue, reply <= mailbox.deletedEnd || reply > mailbox.head {
            return .failure(.noSuchReply)
        }
        let seq = mailbox.head + 1
        message.seq = Seq(rawValue: seq)
        message.at = now
        message.from = command.from.address?.description ?? ""
        message.client = command.client
        mailbox.messages.append(message)
        if let sender = command.from.address, var member = mailbox.members[sender] {
            if member.read + 1 == seq { member.read = seq }
            if member.delivered + 1 == seq { member.delivered = seq }
            mailbox.members[sender] = member
        }
        self.mailboxes[command.to] = mailbox
        if let key = command.key {
            self.keys[KeyID(scope: scope, key: key)] =
                Key(content: content, mailbox: command.to, seq: seq, at: now, durability: command.durability)
        }
        return .success(
            Published(
                mailbox: command.to,
                seq: message.seq,
                epoch: Epoch(rawValue: mailbox.epoch),
                at: now,
                isDuplicate: false,
                durability: command.durability
            )
        )
    }

    mutating func create(_ command: CreateMailboxCommand, at now: Timestamp, epoch: UInt32) -> Result<Bool, EngineError>
    {
        let scope = command.owner?.description ?? "service:"
        let content = Content.mailbox(
            title: command.title,
            isPublic: command.isPublic,
            members: command.members.map(\.description).sorted()
        )
        if self.mailboxes[command.address] != nil {
            guard let key = command.key, let known = self.key(scope, key, at: now), known.mailbox == command.address,
                known.seq == 0
            else { return .failure(.conflict) }
            return known.content == content ? .success(true) : .failure(.keyReused)
        }
        let members = command.members + (command.owner.map { command.members.contains($0) ? [] : [$0] } ?? [])
        let countMax = self.membersMax(command.address.kind)
        guard members.count <= countMax else { return .failure(.tooManyMembers(countMax: countMax)) }
        var mailbox = Mailbox(
            epoch: epoch,
            createdAt: now,
            title: command.title,
            owner: command.owner,
            isPublic: command.isPublic
        )
        for member in members { mailbox.members[member] = Member(delivered: 0, read: 0) }
        if let owner = command.owner { mailbox.members[owner]?.isAdmin = true }
        self.mailboxes[command.address] = mailbox
        if let key = command.key {
            self.keys[KeyID(scope: scope, key: key)] =
                Key(content: content, mailbox: command.address, seq: 0, at: now, durability: .synced)
        }
        return .success(false)
    }

    mutating func change(
        _ address: Address,
        by sender: Principal,
        _ change: MembershipChange
    ) -> Result<Set<Address>, EngineError> {
        guard var mailbox = self.mailboxes[address] else { return .failure(.notPermitted) }
        if let subject = sender.address, mailbox.members[subject]?.isAdmin != true {
            switch change {
            case .add(let members):
                guard mailbox.isPublic, members == [subject] else { return .failure(.notPermitted) }
            case .remove(let leaver):
                guard leaver == subject, mailbox.members[subject] != nil else { return .failure(.notPermitted) }
            case .setAdmin: return .failure(.notPermitted)
            }
        }
        var concerned: Set<Address> = []
        switch change {
        case .add(let members):
            concerned = Set(members).subtracting(mailbox.members.keys)
            let countMax = self.membersMax(address.kind)
            guard mailbox.members.count + concerned.count <= countMax
            else { return .failure(.tooManyMembers(countMax: countMax)) }
            for member in concerned { mailbox.members[member] = Member(delivered: mailbox.head, read: mailbox.head) }
        case .remove(let member):
            if mailbox.members.removeValue(forKey: member) != nil { concerned = [member] }
        case .setAdmin(let member, let isAdmin):
            guard mailbox.members[member] != nil else { return .failure(.notFound) }
            mailbox.members[member]?.isAdmin = isAdmin
            concerned = [member]
        }
        self.mailboxes[address] = mailbox
        return .success(concerned)
    }

    mutating func acknowledge(
        _ address: Address,
        by subject: Address,
        delivered: UInt64?,
        read: UInt64?
    ) -> Result<Bool, EngineError> {
        guard let mailbox = self.mailboxes[address], var member = mailbox.members[subject]
        else { return .failure(.notPermitted) }
        let before = (member.delivered, member.read)
        member.read = max(member.read, min(read ?? 0, mailbox.head))
        member.delivered = max(member.delivered, min(delivered ?? 0, mailbox.head), member.read)
        self.mailboxes[address]?.members[subject] = member
        return .success(before != (member.delivered, member.read))
    }
}

extension ModelState {
    func history(_ address: Address, _ query: HistoryQuery) -> HistoryPage? {
        guard let mailbox = self.mailboxes[address] else { return nil }
        let all = mailbox.present
        let candidates: [Message]
        switch query.range {
        case .newest: candidates = all.reversed()
        case .before(let seq): candidates = all.filter { $0.seq < seq }.reversed()
        case .after(let seq): candidates = all.filter { $0.seq > seq }
        }
        var taken: [Message] = [], bytes = 0
        for message in candidates {
            bytes += message.body.readableBytes + 64
            guard taken.count < query.countMax, taken.isEmpty || bytes <= query.bytesMax else { break }
            taken.append(message)
        }
        return HistoryPage(
            epoch: Epoch(rawValue: mailbox.epoch),
            head: Seq(rawValue: mailbox.head),
            messages: taken.sorted { $0.seq < $1.seq },
            hasMore: query.countMax > 0 && taken.count < candidates.count
        )
    }

    func summary(_ address: Address, for reader: Address?) -> MailboxSummary? {
        guard let mailbox = self.mailboxes[address] else { return nil }
        let member = reader.flatMap { mailbox.members[$0] }
        let unread = member.map { member in
            mailbox.present.filter { $0.seq.rawValue > member.read && $0.from != reader?.description }.count
        }
        return MailboxSummary(
            address: address,
            title: mailbox.title,
            owner: mailbox.owner,
            isPublic: mailbox.isPublic,
            epoch: Epoch(rawValue: mailbox.epoch),
            head: Seq(rawValue: mailbox.head),
            createdAt: mailbox.createdAt,
            memberCount: mailbox.members.count,
            read: Seq(rawValue: member?.read ?? 0),
            unreadCount: unread ?? 0,
            last: mailbox.present.last
        )
    }

    /// The task that is due first, if any is.
    func dueTask(at now: Timestamp) -> DurableTask? {
        self.tasks.values.filter { $0.readyAt <= now }
            .min { ($0.readyAt, $0.id) < ($1.readyAt, $1.id) }
    }
}
