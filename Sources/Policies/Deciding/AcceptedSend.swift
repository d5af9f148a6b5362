package import NIOCore
package import Primitives

/// That a provider accepted a message: the only thing that counts toward caps.
package struct AcceptedSend: Equatable, Sendable {
    package var at: Timestamp
    package var content: ContentHash
    /// The message, or the one that it was the fallback of.
    package var origin: NameHash
    package var messageClass: MessageClass
    package var channel: NameHash
    package var campaign: NameHash?
    package var tags: [NameHash]

    /// The send of a candidate, by its own channel or by the one it was downgraded to.
    package init(of candidate: Candidate, by channel: NameHash? = nil, at instant: Timestamp) {
        self.at = instant
        self.content = candidate.content
        self.origin = candidate.origin
        self.messageClass = candidate.messageClass
        self.channel = channel ?? candidate.channel
        self.campaign = candidate.campaign
        self.tags = candidate.tags
    }

    init(_ entry: SendHistory.Entry, tags: [NameHash]) {
        self.at = Timestamp(rawValue: entry.at)
        self.content = entry.content
        self.origin = entry.origin
        self.messageClass = entry.messageClass
        self.channel = entry.channel
        self.campaign = entry.campaign.rawValue == 0 ? nil : entry.campaign
        self.tags = tags
    }
}

// ```
// 0    8         16       20        24         28      29     30
// | at | content | origin | channel | campaign | class | tags | tag … |     little-endian; a tag has 4 bytes
// ```
extension ByteBuffer {
    package mutating func writeAcceptedSend(_ send: AcceptedSend) {
        let tags = send.tags.prefix(SendHistory.tagsMax)
        self.writeInteger(send.at.rawValue, endianness: .little)
        self.writeInteger(send.content.rawValue, endianness: .little)
        self.writeInteger(send.origin.rawValue, endianness: .little)
        self.writeInteger(send.channel.rawValue, endianness: .little)
        self.writeInteger(send.campaign?.rawValue ?? 0, endianness: .little)
        self.writeInteger(send.messageClass.rawValue)
        self.writeInteger(UInt8(tags.count))
        for tag in tags { self.writeInteger(tag.rawValue, endianness: .little) }
    }

    /// Instants that a clock can show: some hundred thousand years around 1970, so that no sum overflows.
    private static let instants = -(Int64(1) << 53)...Int64(1) << 53

    /// Reads a send, or returns nil when none stands here whole.
    package mutating func readAcceptedSend() -> AcceptedSend? {
        guard let at = self.readInteger(endianness: .little, as: Int64.self), Self.instants.contains(at),
            let content = self.readInteger(endianness: .little, as: UInt64.self),
            let origin = self.readInteger(endianness: .little, as: UInt32.self),
            let channel = self.readInteger(endianness: .little, as: UInt32.self),
            let campaign = self.readInteger(endianness: .little, as: UInt32.self),
            let messageClass = self.readInteger(as: UInt8.self).flatMap(MessageClass.init(rawValue:)),
            let tagCount = self.readInteger(as: UInt8.self), Int(tagCount) <= SendHistory.tagsMax
        else { return nil }
        var tags: [NameHash] = []
        for _ in 0..<tagCount {
            guard let tag = self.readInteger(endianness: .little, as: UInt32.self) else { return nil }
            tags.append(NameHash(rawValue: tag))
        }
        let entry = SendHistory.Entry(
            at: at,
            content: ContentHash(rawValue: content),
            origin: NameHash(rawValue: origin),
            channel: NameHash(rawValue: channel),
            campaign: NameHash(rawValue: campaign),
            firstTag: 0,
            tagCount: tagCount,
            messageClass: messageClass
        )
        return AcceptedSend(entry, tags: tags)
    }
}
