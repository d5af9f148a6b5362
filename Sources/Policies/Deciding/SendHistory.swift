package import NIOCore
internal import Primitives

/// What one recipient was sent lately, in the order of time; at most 32 bytes for each send and 4 for each of its tags.
///
/// It keeps at least eight days, and up to `countMax` sends: then the oldest is forgotten, whatever rules would count.
package struct SendHistory: Equatable, Sendable {
    /// More than ten times what the default rules let pass in eight days.
    package static let countMax = 2000
    /// Tags of one send that are kept.
    package static let tagsMax = 32

    /// One send; its tags lie in an array of their own.
    struct Entry: Equatable, BitwiseCopyable, Sendable {
        let at: Int64
        let content: ContentHash
        let origin: NameHash
        var channel: NameHash
        /// 0 is none.
        let campaign: NameHash
        /// The place of the first tag; all tags of a history are fewer than 65,536.
        var firstTag: UInt16
        let tagCount: UInt8
        let messageClass: MessageClass
    }

    private(set) var entries: [Entry] = []
    private(set) var tags: [NameHash] = []

    package init() {}

    package var count: Int { self.entries.count }

    /// All sends, the oldest first.
    package var sends: [AcceptedSend] {
        self.entries.map { AcceptedSend($0, tags: Array(self.tags[Self.place(of: $0)])) }
    }

    /// Takes a send in, and forgets what is older than the newest by more than `retention`.
    ///
    /// A send from before the newest, made after a clock was set back, goes to its place.
    /// - Parameters:
    ///   - send: What a provider accepted.
    ///   - retention: `PolicyRules.retentionMilliseconds`.
    package mutating func record(_ send: AcceptedSend, keeping retention: Int64) {
        let tags = send.tags.prefix(Self.tagsMax)
        let place = self.firstIndex(after: send.at.rawValue)
        let entry = Entry(
            at: send.at.rawValue,
            content: send.content,
            origin: send.origin,
            channel: send.channel,
            campaign: send.campaign ?? NameHash(rawValue: 0),
            firstTag: UInt16(place < self.count ? Int(self.entries[place].firstTag) : self.tags.count),
            tagCount: UInt8(tags.count),
            messageClass: send.messageClass
        )
        self.tags.insert(contentsOf: tags, at: Int(entry.firstTag))
        self.entries.insert(entry, at: place)
        for index in (place + 1)..<max(self.count, place + 1) { self.entries[index].firstTag += UInt16(tags.count) }
        self.prune(keeping: retention)
    }

    /// Lets all sends of one message count as sends by another channel.
    package mutating func move(_ origin: NameHash, to channel: NameHash) {
        for index in self.entries.indices where self.entries[index].origin == origin {
            self.entries[index].channel = channel
        }
    }

    /// The place of the first send after an instant; all before it were made at it or earlier.
    func firstIndex(after instant: Int64) -> Int {
        var low = 0, high = self.entries.count
        while low < high {
            let middle = (low + high) / 2
            if self.entries[middle].at > instant { high = middle } else { low = middle + 1 }
        }
        return low
    }

    func has(_ tag: NameHash, _ entry: Entry) -> Bool {
        for place in Self.place(of: entry) where self.tags[place] == tag { return true }
        return false
    }

    private static func place(of entry: Entry) -> Range<Int> {
        Int(entry.firstTag)..<(Int(entry.firstTag) + Int(entry.tagCount))
    }

    /// The past is measured from the newest send, not from a clock that may jump.
    private mutating func prune(keeping retention: Int64) {
        guard let newest = self.entries.last?.at else { return }
        let (oldest, isBeforeAllTime) = newest.subtractingReportingOverflow(retention)
        let stale = max(isBeforeAllTime ? 0 : self.firstIndex(after: oldest), self.count - Self.countMax)
        guard stale > 0 else { return }
        let staleTags = Int(self.entries[stale].firstTag)
        self.entries.removeFirst(stale)
        self.tags.removeFirst(staleTags)
        for index in self.entries.indices { self.entries[index].firstTag -= UInt16(staleTags) }
    }
}

extension ByteBuffer {
    /// A history has two bytes of its own, and 30 for each send and 4 for each tag.
    package mutating func writeSendHistory(_ history: SendHistory) {
        self.writeInteger(UInt16(history.count), endianness: .little)
        for send in history.sends { self.writeAcceptedSend(send) }
    }

    /// Reads a history, or returns nil when none stands here whole.
    package mutating func readSendHistory() -> SendHistory? {
        guard let count = self.readInteger(endianness: .little, as: UInt16.self), count <= SendHistory.countMax else {
            return nil
        }
        var history = SendHistory()
        for _ in 0..<count {
            guard let send = self.readAcceptedSend() else { return nil }
            // What was kept is kept: how long was decided when it was recorded.
            history.record(send, keeping: .max)
        }
        return history
    }
}
