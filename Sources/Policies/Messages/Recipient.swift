package import Primitives

/// Whom a message is for, as the policy sees them.
package struct Recipient: Equatable, Sendable {
    /// What they do not want, by their own word.
    package struct OptOuts: Equatable, Sendable {
        package var isOfAll = false
        package var tags: [NameHash] = []
        package var channels: [NameHash] = []
        package var classes: MessageClassSet = []

        package init() {}

        func contain(_ candidate: Candidate) -> Bool {
            self.isOfAll || self.classes.contains(candidate.messageClass) || self.channels.contains(candidate.channel)
                || (!self.tags.isEmpty && candidate.tags.contains { self.tags.contains($0) })
        }
    }

    /// What they do not want now.
    package struct Snooze: Equatable, Sendable {
        /// What is put off.
        package enum Scope: Hashable, Sendable {
            case all
            case tag(NameHash)
            case message(String)
        }

        package var scope: Scope
        package var until: Timestamp

        package init(_ scope: Scope, until: Timestamp) {
            self.scope = scope
            self.until = until
        }

        func concerns(_ candidate: Candidate) -> Bool {
            switch self.scope {
            case .all: true
            case .tag(let tag): candidate.tags.contains(tag)
            case .message(let message): candidate.message == message
            }
        }
    }

    /// Their address: `driver:42`.
    package let subject: String
    package var attributes: [String: JSONValue] = [:]
    /// A name of the tz database, when one is known.
    package var zone: String?
    package var isBanned = false
    package var optOuts = OptOuts()
    /// What they were asked and have answered: true is granted.
    package var preferences: [String: Bool] = [:]
    package var snoozes: [Snooze] = []

    package init(subject: String, zone: String? = nil) {
        self.subject = subject
        self.zone = zone
    }
}
