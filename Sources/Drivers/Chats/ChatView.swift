internal import Engine
internal import Policies
internal import Primitives

/// A driver's chats at one moment: which there are, and which of his messages each shows.
package struct ChatView: Sendable {
    private let sheet: ChatSheet
    /// The chats that the driver has, as bits in the order of display.
    package let availability: UInt64
    /// Tells one view from another.
    let sum: UInt64

    /// Those of them that are active: a survey's chat is, as long as its scenario runs.
    let active: UInt64

    init(_ sheet: ChatSheet, availability: UInt64, _ news: InboxNews) {
        self.sheet = sheet
        self.availability = availability
        let surveys = sheet.chats.surveys
        var active = ~surveys
        if surveys != 0 {
            for tally in news.tallies where news.runs.contains(tally.number) {
                let place = sheet.chats.place(of: tally.labels, availability: availability, active: .max)
                if let place { active |= 1 << UInt64(place) }
            }
        }
        self.active = active
        var sum = sheet.version &* 0x9E37_79B9_7F4A_7C15 ^ (availability & active)
        sum = (sum ^ sum >> 29) &* 0xBF58_476D_1CE4_E5B9
        self.sum = sum >> 16
    }

    /// The places of the chats that the driver sees, in the order of display.
    var places: BitPlaces { BitPlaces(bits: self.availability & self.active) }

    /// The id of the chat at a place.
    func id(at place: Int) -> String { self.sheet.chats.chats[place].id }

    /// How many chats there are, whoever sees them.
    var chatCount: Int { self.sheet.chats.chats.count }

    /// The place of a chat that the driver sees, or saw while its scenario ran; nil for none.
    func place(ofChat id: String) -> Int? { BitPlaces(bits: self.availability).first { self.id(at: $0) == id } }

    /// The place of the chat that shows messages under such labels.
    func place(of labels: String) -> Int? {
        self.sheet.chats.place(of: labels, availability: self.availability, active: self.active)
    }

    /// What clients show of a chat.
    func meta(of chat: String) -> ChatConfiguration.Meta {
        self.sheet.chats.metas[chat] ?? ChatConfiguration.Meta(title: chat, icon: nil, kind: nil, details: nil)
    }
}

/// The places of the bits that are set, from the lowest on.
struct BitPlaces: Sequence, IteratorProtocol {
    var bits: UInt64

    mutating func next() -> Int? {
        guard self.bits != 0 else { return nil }
        defer { self.bits &= self.bits - 1 }
        return self.bits.trailingZeroBitCount
    }
}

/// Makes views by the configuration of one moment.
struct ChatViewing: Sendable {
    let sheet: ChatSheet
    let profiles: ProfileTable

    func view(of driver: Address, _ news: InboxNews) -> ChatView {
        let availability = self.profiles.availability(of: driver, news.profile, in: self.sheet)
        return ChatView(self.sheet, availability: availability, news)
    }
}
