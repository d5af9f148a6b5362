import ColdStorage
import NIOCore
import Primitives

/// How much fits on a page of history.
struct PageBounds: Equatable, Sendable {
    /// What is added to a message's body for all around it, bytes.
    private static let overheadBytes = 64

    var countMax: Int
    var bytesMax: Int
    private(set) var count = 0
    private(set) var bytes = 0

    init(countMax: Int, bytesMax: Int) {
        self.countMax = countMax
        self.bytesMax = bytesMax
    }

    /// Takes one more message in; false when it does not fit, but for the first.
    mutating func take(_ message: Message) -> Bool {
        let bytes = message.body.readableBytes + Self.overheadBytes
        guard self.count < self.countMax, self.count == 0 || self.bytes + bytes <= self.bytesMax else { return false }
        self.count += 1
        self.bytes += bytes
        return true
    }
}

extension HistoryQuery {
    var bounds: PageBounds { PageBounds(countMax: self.countMax, bytesMax: self.bytesMax) }
}

/// A part of a page that lies in the cold store.
struct ColdPart: Equatable, Sendable {
    var seqs: ClosedRange<Seq>
    /// Whether the newest of them are wanted; else the oldest.
    var isNewestFirst: Bool
}

/// A page of history whose cold part may still be missing.
struct HistoryDraft: Sendable {
    let mailbox: Address
    let epoch: Epoch
    let head: Seq
    let query: PageBounds
    /// What was taken so far.
    private var filled: PageBounds
    /// Oldest first, once the shard is done with it.
    var hot: [Message] = []
    var cold: ColdPart?
    var hasMore = false

    init(mailbox: Address, epoch: Epoch, head: Seq, bounds: PageBounds) {
        self.mailbox = mailbox
        self.epoch = epoch
        self.head = head
        self.query = bounds
        self.filled = bounds
    }

    /// Takes a message from memory; false when the page is full.
    mutating func takeHot(_ message: Message) -> Bool {
        guard self.filled.take(message) else {
            self.hasMore = true
            return false
        }
        self.hot.append(message)
        return true
    }

    /// The page, when nothing of it is cold.
    var page: HistoryPage? { self.cold == nil ? self.page(of: self.hot) : nil }

    private func page(of messages: [Message]) -> HistoryPage {
        HistoryPage(epoch: self.epoch, head: self.head, messages: messages, hasMore: self.hasMore)
    }

    /// Reads the cold part; called off the loops.
    func completed(from store: any ColdStore) throws(ColdStoreError) -> HistoryPage {
        guard let cold else { return self.page(of: self.hot) }
        return cold.isNewestFirst
            ? try self.extendedBack(into: cold, from: store) : try self.begun(with: cold, from: store)
    }

    /// What is in memory is there already, and goes on into the past.
    private func extendedBack(into cold: ColdPart, from store: any ColdStore) throws(ColdStoreError) -> HistoryPage {
        var draft = self, older: [Message] = []
        try cold.forEach(of: self.mailbox, in: store) { message in
            draft.hasMore = !draft.filled.take(message)
            if !draft.hasMore { older.append(message) }
            return !draft.hasMore
        }
        return draft.page(of: older.reversed() + self.hot)
    }

    /// The page begins in the cold store, and goes on with what is in memory.
    private func begun(with cold: ColdPart, from store: any ColdStore) throws(ColdStoreError) -> HistoryPage {
        var draft = self, messages: [Message] = []
        draft.filled = self.query
        var isFull = false
        try cold.forEach(of: self.mailbox, in: store) { message in
            isFull = !draft.filled.take(message)
            if !isFull { messages.append(message) }
            return !isFull
        }
        for message in self.hot where !isFull {
            isFull = !draft.filled.take(message)
            if !isFull { messages.append(message) }
        }
        draft.hasMore = draft.hasMore || isFull
        return draft.page(of: messages)
    }
}
