internal import Engine

/// What a driver's chats show, counted (D1, D2).
struct ChatTallies {
    struct Tally {
        /// Whether the chat shows anything.
        var isThere = false
        var unread = 0
        /// The inbox's revision when anything in it changed last.
        var revision: UInt32 = 0
        /// The numbers of the labels that it shows.
        var labels: [UInt32] = []
    }

    /// By the chat's place in the configuration.
    private var tallies: [Tally]

    init(_ news: InboxNews, in view: ChatView) {
        self.tallies = Array(repeating: Tally(), count: view.chatCount)
        for tally in news.tallies {
            guard let place = view.place(of: tally.labels) else { continue }
            self.tallies[place].add(tally)
        }
    }

    /// What the chat at a place shows.
    subscript(place: Int) -> Tally { self.tallies[place] }
}

extension ChatTallies.Tally {
    fileprivate mutating func add(_ tally: InboxNews.Tally) {
        self.isThere = true
        self.unread += tally.unread
        self.revision = max(self.revision, tally.revision)
        self.labels.append(tally.number)
    }
}
