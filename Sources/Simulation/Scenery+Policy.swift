import Engine
import Policies
import Primitives

/// What is said to drivers, and how often it may be.
extension Scenery {
    /// Windows so short that they are full, and free again, within a run.
    static let policy: Policy = {
        func cap(_ messageClass: String, _ onExceed: JSONValue) -> JSONValue {
            .object([
                "id": .string(messageClass),
                "scope": .string("class:\(messageClass)"),
                "limit": .integer(2),
                "window": .object(["rolling": .integer(200)]),
                "onExceed": onExceed,
            ])
        }
        let hold = JSONValue.object(["hold": .object(["untilMax": .integer(1_000)])])
        let caps = JSONValue.array([cap("service", hold), cap("marketing", .string("drop"))])
        do throws(ConfigurationFault) {
            let rules = try PolicyRules(document: .object(["caps": caps, "releaseJitter": .integer(10)]), version: 1)
            return Policy(rules: rules, zones: ZoneTable())
        } catch {
            preconditionFailure("the rules are right: \(error)")
        }
    }()

    static func item(_ number: Int) -> String { "i\(number)" }

    /// What a driver says of a message, by the number of his word.
    static func wordTag(_ number: Int) -> MessageTag {
        MessageTag(name: "~answer", value: ["like", "vote:a", "vote:b", "none"][number % 4])
    }

    /// An item for one driver; its number decides what it is.
    static func offer(_ number: Int, _ publish: PublishCommand, at now: Timestamp) -> Offer {
        let classes: [MessageClass] = [.critical, .service, .marketing, .service]
        return Offer(
            item: Self.item(number),
            publish: publish,
            candidate: Candidate(
                message: Self.item(number),
                content: ContentHash(of: [Self.item(number)]),
                messageClass: classes[number % classes.count],
                channel: "feed",
                createdAt: now
            ),
            recipient: Recipient(subject: publish.to.description),
            profileVersion: 0,
            snoozesVersion: 0,
            policy: Self.policy
        )
    }
}
