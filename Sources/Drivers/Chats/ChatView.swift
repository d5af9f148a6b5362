internal import Engine
internal import Policies
internal import Primitives

/// A driver's chats at one moment: which there are, and which of his messages each shows.
package struct ChatView: Sendable {
    package let configuration: ChatConfiguration
    /// The chats that the driver has, as bits in the order of display.
    package let availability: UInt64
    /// Tells one view from another.
    let sum: UInt64

    /// Those of them that are active: a survey's chat is, as long as its scenario runs.
    let active: UInt64

    init(_ configuration: ActiveConfiguration, availability: UInt64, _ news: InboxNews) {
        self.configuration = configuration.chats
        self.availability = availability
        let surveys = configuration.chats.surveys
        var active = ~surveys
        if surveys != 0 {
            for tally in news.tallies where news.runs.contains(tally.number) {
                let place = configuration.chats.place(of: tally.labels, availability: availability, active: .max)
                if let place { active |= 1 << UInt64(place) }
            }
        }
        self.active = active
        var sum = configuration.chatsVersion &* 0x9E37_79B9_7F4A_7C15 ^ (availability & active)
        sum = (sum ^ sum >> 29) &* 0xBF58_476D_1CE4_E5B9
        self.sum = sum >> 16
    }

    /// The chats that the driver sees, in the order of display, with their places.
    var chats: [(place: Int, chat: ChatConfiguration.Chat)] { self.chats(self.availability & self.active) }

    private func chats(_ bits: UInt64) -> [(place: Int, chat: ChatConfiguration.Chat)] {
        self.configuration.chats.enumerated().filter { bits & 1 << UInt64($0.offset) != 0 }
            .map { ($0.offset, $0.element) }
    }

    /// The place of a chat that the driver sees, or saw while its scenario ran; nil for none.
    func place(ofChat id: String) -> Int? { self.chats(self.availability).first { $0.chat.id == id }?.place }

    /// The place of the chat that shows messages under such labels.
    func place(of labels: String) -> Int? {
        self.configuration.place(of: labels, availability: self.availability, active: self.active)
    }

    /// What clients show of a chat.
    func meta(of chat: String) -> ChatConfiguration.Meta {
        self.configuration.metas[chat] ?? ChatConfiguration.Meta(title: chat, icon: nil, kind: nil, details: nil)
    }
}

/// What a driver's chats show, counted (D1, D2).
struct ChatTallies {
    struct Tally {
        var unread = 0
        /// The inbox's revision when anything in it changed last.
        var revision: UInt32 = 0
        /// The numbers of the labels that it shows.
        var labels: [UInt32] = []
    }

    /// By the chat's place in the configuration.
    private(set) var byPlace: [Int: Tally] = [:]

    init(_ news: InboxNews, in view: ChatView) {
        for tally in news.tallies {
            guard let place = view.place(of: tally.labels) else { continue }
            self.byPlace[place, default: Tally()].add(tally)
        }
    }
}

extension ChatTallies.Tally {
    fileprivate mutating func add(_ tally: InboxNews.Tally) {
        self.unread += tally.unread
        self.revision = max(self.revision, tally.revision)
        self.labels.append(tally.number)
    }
}
