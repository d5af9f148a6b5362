import NIOCore
import Policies
import Primitives

@testable import Engine

extension Engine {
    /// Offers an item to drivers who have no profile; its class is its tag.
    func offer(
        _ item: String,
        to drivers: [Address],
        _ messageClass: MessageClass = .service,
        under policy: Policy = .initial
    ) async throws(EngineError) -> [Offered] {
        let offers = drivers.map { driver in
            Offer(
                item: item,
                publish: PublishCommand(
                    to: driver,
                    from: .service("crm"),
                    body: ByteBuffer(string: "\"\(item)\""),
                    tags: [MessageTag(name: messageClass.name, value: "")]
                ),
                candidate: Candidate(
                    message: item,
                    content: ContentHash(of: [item]),
                    messageClass: messageClass,
                    channel: "feed",
                    createdAt: self.time.now()
                ),
                recipient: Recipient(subject: driver.description),
                profileVersion: 0,
                snoozesVersion: 0,
                policy: policy
            )
        }
        return try await self.retrying { (engine) throws(EngineError) in try await engine.offer(offers) }
    }
}
