internal import Primitives

/// All rules of one version of the document `policies`, ready for decisions.
package struct PolicyRules: Equatable, Sendable {
    /// The version of the document; 0 when there is none.
    package let version: UInt32
    package internal(set) var caps: [Cap]
    package internal(set) var quietHours: [QuietHours] = []
    /// For how many milliseconds the same content is a repetition; nil when it never is.
    package internal(set) var dedupMilliseconds: Int64?
    /// Classes whose messages no cap keeps back.
    package internal(set) var bypassing: MessageClassSet = .init(.critical)
    /// Classes whose messages count toward caps.
    package internal(set) var counted: MessageClassSet = .all
    /// The zone of whoever has none that is known.
    package internal(set) var defaultZone: Zone
    /// The subjects that get nothing that they can do without; nil when all get everything.
    package internal(set) var holdout: Rollout?
    /// Releases at one instant are spread over so many milliseconds after it.
    package internal(set) var jitterMilliseconds: Int64 = 60_000

    /// Classes that a holdout concerns: nobody is left without a code or a receipt.
    static let heldOut: MessageClassSet = [.init(.service), .init(.marketing)]

    /// The rules where there is no document.
    package init(version: UInt32 = 0, defaultZone: Zone = .utc) {
        self.version = version
        self.defaultZone = defaultZone
        self.caps = [.standard]
    }

    /// The id of a rule, or nil when these rules have no such one.
    package func id(of index: RuleIndex) -> String? {
        switch index.kind {
        case .builtIn(let name): name
        case .cap(let place): place < self.caps.count ? self.caps[place].id : nil
        case .quietHours(let place): place < self.quietHours.count ? self.quietHours[place].id : nil
        case nil: nil
        }
    }

    /// The cap of an index, if it is one.
    package func cap(_ index: RuleIndex) -> Cap? {
        guard case .cap(let place) = index.kind, place < self.caps.count else { return nil }
        return self.caps[place]
    }

    func quietHours(_ index: RuleIndex) -> QuietHours? {
        guard case .quietHours(let place) = index.kind, place < self.quietHours.count else { return nil }
        return self.quietHours[place]
    }

    /// How long sends matter to these rules, milliseconds: at least eight days, so that most changes of the rules find
    /// what they count.
    package var retentionMilliseconds: Int64 {
        let longest = self.caps.map(\.window.longest).max() ?? 0
        return max(longest, self.dedupMilliseconds ?? 0, 7 * Zone.dayMilliseconds) + Zone.dayMilliseconds
    }
}
