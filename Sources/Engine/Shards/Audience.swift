import Primitives

/// The sessions that follow one mailbox, as its shard knows them: how many of each variant on each loop, and who.
///
/// The sockets themselves are in the lanes' rosters.
struct Audience: Sendable {
    private(set) var attachments: [SessionRef: Attachment] = [:]
    /// By loop, then by variant.
    private(set) var counts: [[UInt32]]

    struct Attachment: Sendable {
        var client: PresentClient
        var variant: FrameVariant
    }

    init(loops: Int) { self.counts = Array(repeating: [0, 0, 0, 0], count: loops) }

    var isEmpty: Bool { self.attachments.isEmpty }

    /// Whether any session wants this variant.
    func wants(_ variant: FrameVariant) -> Bool { self.counts.contains { $0[Int(variant.rawValue)] > 0 } }

    /// Whether a loop has any session.
    func isOn(_ loop: Int) -> Bool { self.counts[loop].contains { $0 > 0 } }

    /// Takes a session in, once.
    mutating func insert(_ session: SessionRef, _ attachment: Attachment) {
        guard self.attachments.updateValue(attachment, forKey: session) == nil else { return }
        self.counts[Int(session.loop)][Int(attachment.variant.rawValue)] += 1
    }

    /// Lets a session go; nil when it was not there.
    mutating func remove(_ session: SessionRef) -> Attachment? {
        guard let attachment = self.attachments.removeValue(forKey: session) else { return nil }
        self.counts[Int(session.loop)][Int(attachment.variant.rawValue)] -= 1
        return attachment
    }

    /// The sessions of one subject, always in the same order.
    func sessions(of subject: Address) -> [SessionRef] {
        self.attachments.filter { $0.value.client.subject == subject }.map(\.key).sorted()
    }
}
