import ColdStorage
import Primitives

/// What an answer needs from the cold store.
enum ColdRequest: Sendable {
    case history(HistoryDraft)
    case message(Address, Seq)
    /// What a session missed, before it may follow.
    case attach(AttachCommand, ClosedRange<Seq>, bytesMax: Int)
    /// What a session that lags gets next.
    case feed(FeedCommand, Address, ClosedRange<Seq>, PageBounds)
    /// How many of the messages that a read mark passes, from a seq on, are the reader's own.
    case acknowledge(AcknowledgeCommand, ClosedRange<Seq>, after: Seq)
}

/// What comes of it.
enum ColdOutcome: Sendable {
    case answer(Answer)
    /// The command once more, with what it needs.
    case command(ShardCommand)
}

extension ColdRequest {
    /// Reads; called off the loops.
    func outcome(from store: any ColdStore) throws(ColdStoreError) -> ColdOutcome {
        switch self {
        case .history(let draft): return .answer(.history(try draft.completed(from: store)))
        case .message(let mailbox, let seq):
            var found: Message?
            try ColdPart(seqs: seq...seq, isNewestFirst: false).forEach(of: mailbox, in: store) { message in
                found = message
                return false
            }
            return .answer(found.map { .message($0) } ?? .refused(.notFound))
        case .attach(var command, let seqs, let bytesMax):
            var bounds = PageBounds(countMax: .max, bytesMax: bytesMax), messages: [Message] = [], isTooMuch = false
            try ColdPart(seqs: seqs, isNewestFirst: false).forEach(of: command.mailbox, in: store) { message in
                isTooMuch = !bounds.take(message)
                messages.append(message)
                return !isTooMuch
            }
            command.fetched = FetchedMessages(through: seqs.upperBound, messages: isTooMuch ? nil : messages)
            return .command(.attach(command))
        case .feed(var command, let mailbox, let seqs, var bounds):
            var messages: [Message] = []
            try ColdPart(seqs: seqs, isNewestFirst: false).forEach(of: mailbox, in: store) { message in
                guard bounds.take(message) else { return false }
                messages.append(message)
                return true
            }
            command.fetched = messages
            return .command(.feed(command))
        case .acknowledge(var command, let seqs, let after):
            var count: UInt32 = 0
            let member = command.member.description
            try ColdPart(seqs: seqs, isNewestFirst: false).forEach(of: command.mailbox, in: store) { message in
                if message.from == member { count += 1 }
                return true
            }
            command.ownPassed = OwnPassed(after: after, count: count)
            return .command(.acknowledge(command))
        }
    }

    /// What is answered when the store cannot be read.
    var failure: ColdOutcome {
        switch self {
        case .attach(var command, let seqs, _):
            // Who follows learns what is new; what was missed is then read as history, or is refused there.
            command.fetched = FetchedMessages(through: seqs.upperBound, messages: nil)
            return .command(.attach(command))
        case .feed(var command, _, _, _):
            // Nothing was found: the session is closed, and comes back for it.
            command.fetched = []
            return .command(.feed(command))
        case .history, .message, .acknowledge: return .answer(.refused(.unavailable))
        }
    }
}

/// What a session missed that was no longer in memory; nil when it is more than a recovery replays.
package struct FetchedMessages: Sendable {
    var through: Seq
    var messages: [Message]?
}

/// How many of the cold messages that a read mark passes are the reader's own, when it stood at `after`.
struct OwnPassed: Equatable, Sendable {
    var after: Seq
    var count: UInt32
}

/// A member's word that messages are delivered or read.
struct AcknowledgeCommand: Sendable {
    var mailbox: Address
    var member: Address
    var delivered: Seq?
    var read: Seq?
    /// Known once the cold store was asked.
    var ownPassed: OwnPassed?
}
