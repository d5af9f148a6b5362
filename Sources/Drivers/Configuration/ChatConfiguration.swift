internal import Engine
package import NIOCore
package import Policies
package import Primitives

/// Which chats drivers have, what they are called, and which messages they show (D6): three documents, compiled.
package struct ChatConfiguration: Sendable {
    /// At most so many chats are available.
    package static let chatsMax = 64
    package static let tagsMax = 1000
    /// Bytes of a chat's id or of a tag.
    package static let nameBytes = 1...64

    /// A chat that drivers may have.
    package struct Chat: Equatable, Sendable {
        package var id: String
        package var predicate: Predicate
    }

    /// Where messages with a tag go.
    package struct Route: Equatable, Sendable {
        package var defaultChat: String
        /// The first of them that the driver has goes before the default.
        package var candidates: [String]
    }

    /// What clients show of a chat.
    package struct Meta: Equatable, Sendable {
        package var title: String
        package var icon: String?
        package var kind: String?
        /// JSON text: what only clients understand.
        package var details: ByteBuffer?
    }

    /// In the order of display.
    package var chats: [Chat] { didSet { self.surveys = self.surveyPlaces } }
    package var routes: [String: Route]
    package var metas: [String: Meta] { didSet { self.surveys = self.surveyPlaces } }

    /// The chats that are there only while a scenario runs in them, as bits.
    package private(set) var surveys: UInt64 = 0

    private init(chats: [Chat], routes: [String: Route], metas: [String: Meta]) {
        self.chats = chats
        self.routes = routes
        self.metas = metas
        self.surveys = self.surveyPlaces
    }

    /// What holds until somebody says otherwise: one chat for all messages.
    package static let initial = ChatConfiguration(
        chats: [Chat(id: "news", predicate: .allOf([]))],
        routes: [:],
        metas: ["news": Meta(title: "News", icon: nil, kind: "news", details: nil)]
    )

    /// Which of the chats a driver has, as bits in the order of display.
    package func availability(for driver: Address, _ attributes: [String: JSONValue]) -> UInt64 {
        var bits: UInt64 = 0
        for (place, chat) in self.chats.enumerated()
        where chat.predicate.holds(for: driver.description, with: attributes) {
            bits |= 1 << UInt64(place)
        }
        return bits
    }

    private var surveyPlaces: UInt64 {
        var bits: UInt64 = 0
        for (place, chat) in self.chats.enumerated() where self.metas[chat.id]?.kind == "survey" {
            bits |= 1 << UInt64(place)
        }
        return bits
    }

    /// The place of the chat that shows messages under such labels to a driver with such chats, or nil for none.
    ///
    /// The first label that has a route decides; without one it is the first chat that the driver has. A scenario's own
    /// messages stay in their chat when it is over; all others go only into a chat that is active.
    package func place(of labels: String, availability: UInt64, active: UInt64) -> Int? {
        let bytes = labels.utf8, isOfRun = bytes.starts(with: MessageLabels.runPrefix.utf8)
        if !isOfRun, bytes.first == UInt8(ascii: "~") {
            return self.available(String(labels.dropFirst()), availability)
        }
        let chats = isOfRun ? availability : availability & active
        if !self.routes.isEmpty {
            for label in bytes.split(separator: UInt8(ascii: "\n")) {
                guard let route = self.routes[String(Substring(label))] else { continue }
                for candidate in route.candidates {
                    if let place = self.available(candidate, chats) { return place }
                }
                return self.available(route.defaultChat, availability)
            }
        }
        let others = availability & ~self.surveys
        return others == 0 ? nil : others.trailingZeroBitCount
    }

    private func available(_ chat: String, _ availability: UInt64) -> Int? {
        self.chats.firstIndex { $0.id == chat }.flatMap { availability & 1 << UInt64($0) == 0 ? nil : $0 }
    }
}
