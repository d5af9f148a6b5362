import Engine
import NIOCore
import Primitives

/// One device of a user: what it has read survives its connections, and the server's crashes.
final class Client {
    let number: Int
    let user: Int
    /// By mailbox: the epoch, and the last offset that was read.
    var known: [(epoch: Epoch, offset: UInt64)?] = Array(repeating: nil, count: Scenery.mailboxes.count)
    var connection: Connection?
    /// Does not read for a while.
    var isSlow = false

    var address: Address { Scenery.users[self.user] }

    init(_ number: Int) {
        self.number = number
        self.user = number % Scenery.userCount
    }

    /// Reads up to so many writes that the network has brought.
    func read(_ countMax: Int, _ world: World) {
        guard let connection = self.connection else { return }
        for bytes in connection.link.take(countMax) {
            var reader = FrameReader(bytes)
            while let received = reader.next() { self.took(received, connection, world) }
        }
    }

    private func took(_ received: Received, _ connection: Connection, _ world: World) {
        switch received {
        case .event: break
        case .typing(let channel, let user): world.sawTyping(in: channel, by: user, self)
        case .unknown(let text): world.judge.fail(.gapFree, "client \(self.number) cannot read \(text)")
        case .marker(let number): self.took(connection.marks[number], connection, world)
        case .push(let channel, let number, let sender, let offset, let time):
            guard let mailbox = Scenery.number(of: channel) else {
                return world.judge.fail(.gapFree, "client \(self.number) is told of \(channel)")
            }
            // Until it has its answer a client does not know where it stands; after leaving it does not care.
            guard let next = connection.reading[mailbox] else { return }
            world.trace.note(offset, UInt64(number), "client \(self.number) gets \(channel)/\(offset): \(number)")
            world.judge.expect(
                offset == next,
                .gapFree,
                "client \(self.number) waits for \(channel)/\(next), and gets \(offset)"
            )
            world.book.saw(number, in: mailbox, at: offset, sender: sender, Timestamp(rawValue: time))
            connection.reading[mailbox] = offset + 1
            self.known[mailbox]?.offset = offset
        case .acknowledgement(let id, let offset, let epoch, let time, let isDuplicate, let durability):
            guard let epoch = Epoch(epoch), let durability = Durability(name: durability) else {
                return world.judge.fail(.gapFree, "client \(self.number): an answer with no epoch")
            }
            let answer = Told(
                seq: offset,
                epoch: epoch,
                at: Timestamp(rawValue: time),
                isDuplicate: isDuplicate,
                durability: durability
            )
            connection.acknowledged(id, answer)
        }
    }

    private func took(_ mark: Connection.Mark, _ connection: Connection, _ world: World) {
        switch mark {
        case .removed(let mailbox): connection.reading[mailbox] = nil
        case .attached(let mailbox, let attached): self.took(attached, mailbox, connection, world)
        }
    }

    /// Where the session stands, and what it missed: all of it, for nothing of it can be too much here.
    private func took(_ attached: Attached, _ mailbox: Int, _ connection: Connection, _ world: World) {
        let head = attached.head.rawValue
        world.trace.note(head, 1, "client \(self.number) follows \(attached.mailbox) from \(head) on")
        world.book.sawEpoch(attached.epoch, of: mailbox)
        var start = head
        switch attached.start {
        case .head: break
        case .recover(let epoch?, _) where epoch != attached.epoch:
            // The log may have lost what the client knows: it begins again.
            world.counts.renewals += 1
            world.judge.expect(!attached.isRecovered, .newEpoch, "client \(self.number) recovers from \(epoch)")
        case .recover(_, let seq), .since(let seq):
            start = seq.rawValue
            if !attached.isRecovered, start <= head, Int(head - start) > world.settings.recoveryCountMax {
                // More than one recovery brings: the client reads the history, and goes on from the head.
                world.judge.expect(attached.messages.isEmpty, .gapFree, "a part of what client \(self.number) missed")
                start = head
                break
            }
            world.judge.expect(
                attached.isRecovered,
                .gapFree,
                "client \(self.number) knows \(attached.mailbox)/\(start) and is refused what came up to \(head)"
            )
        }
        let missed = attached.messages.map(\.seq.rawValue)
        world.judge.expect(
            start <= head && missed == Array(start..<max(start, head)).map { $0 + 1 },
            .gapFree,
            "client \(self.number) missed \(attached.mailbox)/\(start) to \(head), and gets \(missed)"
        )
        for message in attached.messages { world.book.saw(message, in: mailbox) }
        self.known[mailbox] = (attached.epoch, head)
        connection.reading[mailbox] = head + 1
    }
}
