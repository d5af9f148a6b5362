import Engine
import Primitives

/// Who and what there is in every run: few enough that they meet one another.
enum Scenery {
    static let userCount = 6
    /// Two for each user.
    static let clientCount = 12
    static let users = (0..<Self.userCount).map { Address(trusted: .user, id: "u\($0)") }
    static let groups = 0..<3
    static let channel = 3
    static let directs = 4..<7
    /// Each user's own mailbox.
    static let owns = 7..<7 + Self.userCount
    static let driverCount = 3
    /// Each driver's own mailbox.
    static let drivers = 13..<13 + Self.driverCount
    static let mailboxes: [Address] =
        Self.groups.map { Address(trusted: .group, id: "g\($0)") }
        + [Address(trusted: .channel, id: "c")]
        + ["u0~u1", "u2~u3", "u4~u5"].map { Address(trusted: .direct, id: $0) }
        + Self.users + (0..<Self.driverCount).map { Address(trusted: .driver, id: "d\($0)") }
    static let service = "organisation"
    static let documents = DocumentCollection(rawValue: "things")
    static let documentKeys = (0..<6).map { "d\($0)" }
    static let taskIDs = (0..<8).map { "t\($0)" }

    private static let numbers = Dictionary(
        uniqueKeysWithValues: Self.mailboxes.enumerated().map { ($0.element.description, $0.offset) }
    )

    static func number(of mailbox: Address) -> Int? { Self.numbers[mailbox.description] }

    static func number(of mailbox: String) -> Int? { Self.numbers[mailbox] }

    /// Who makes a group or the channel, and never leaves it.
    static func owner(of mailbox: Int) -> Int { mailbox % Self.userCount }

    /// Whether members come and go.
    static func isOpen(_ mailbox: Int) -> Bool { mailbox <= Self.channel }

    /// The two users of a direct chat.
    static func sides(of mailbox: Int) -> Range<Int> {
        let first = (mailbox - Self.directs.lowerBound) * 2
        return first..<first + 2
    }

    static func own(of user: Int) -> Int { Self.owns.lowerBound + user }

    /// What a message says: its number, and some length.
    static func body(_ number: Int) -> String {
        "\"\(number) \(String(repeating: "x", count: Self.padding(number)))\""
    }

    static func padding(_ number: Int) -> Int { number % 4 * 40 }
}
