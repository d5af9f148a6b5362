internal import Primitives

/// How many messages one recipient may get within a window.
package struct Cap: Equatable, Sendable {
    /// Which messages are counted, and held to the limit.
    package enum Scope: Hashable, Sendable {
        case all
        case channel(NameHash)
        case tag(NameHash)
        case messageClass(MessageClass)
        case campaign(NameHash)
    }

    /// The time in which is counted.
    package enum Window: Hashable, Sendable {
        /// The last so many milliseconds; a send leaves the window exactly so long after it was made.
        case rolling(milliseconds: Int64)
        /// The recipient's day.
        case day
        /// The recipient's week, from Monday.
        case week

        /// No window is longer, milliseconds.
        var longest: Int64 {
            switch self {
            case .rolling(let milliseconds): milliseconds
            case .day: 2 * Zone.dayMilliseconds
            case .week: 8 * Zone.dayMilliseconds
            }
        }
    }

    /// What becomes of a message that is one too many.
    package enum Excess: Hashable, Sendable {
        case drop
        /// It waits until the window is free, but not longer than so many milliseconds.
        case hold(untilMaxMilliseconds: Int64)
        /// It goes by another channel.
        case downgrade(channel: String)
    }

    package let id: String
    package let scope: Scope
    package let limit: Int
    package let window: Window
    package let onExceed: Excess

    /// What holds where no document says otherwise: a hundred messages a day.
    static let standard = Cap(id: "default", scope: .all, limit: 100, window: .day, onExceed: .drop)

    /// Whether a send counts here.
    func counts(_ entry: SendHistory.Entry, of history: SendHistory) -> Bool {
        switch self.scope {
        case .all: true
        case .channel(let channel): entry.channel == channel
        case .tag(let tag): history.has(tag, entry)
        case .messageClass(let messageClass): entry.messageClass == messageClass
        case .campaign(let campaign): entry.campaign == campaign
        }
    }
}
