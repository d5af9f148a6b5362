import NIOCore
import Policies
import Primitives

/// What a shard counts for those who watch the server.
extension Shard {
    /// Counts the decision on an offer that was just taken, by verdict, reason and channel.
    func countDecision(on offer: Offer, for mailbox: UInt32) {
        guard let kept = self.state.inboxes.items(of: mailbox).decisions.last else { return }
        var bytes = ByteBuffer(bytes: kept.bytes)
        guard let decision = bytes.readDecision() else { return }
        let channel = decision.channel(under: offer.policy.rules).map { NameHash($0) } ?? offer.candidate.channel
        self.context.tally.count(CountedDecision(decision, by: channel))
    }
}

/// What of a decision is counted.
struct CountedDecision: Hashable, Sendable {
    /// Channels by which anything goes; any other is told as such.
    private static let channels = ["feed", "push"]

    /// 0 send, 1 hold, 2 suppress.
    private var verdict: UInt8
    private var reason: Reason?
    private var channel: NameHash

    init(_ decision: Policies.Decision, by channel: NameHash) {
        self.verdict =
            switch decision.verdict {
            case .send: 0
            case .hold: 1
            case .suppress: 2
            }
        self.reason = decision.reason
        self.channel = channel
    }

    /// Verdict, reason and channel as words.
    var words: [String] {
        [
            ["send", "hold", "suppress"][Int(self.verdict)], self.reason?.name ?? "none",
            Self.channels.first { NameHash($0) == self.channel } ?? "other",
        ]
    }
}
