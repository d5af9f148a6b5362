package import Primitives

/// Whether a service is worth a try: closed while it answers, open for a while after failures in a row, then half open.
///
/// ```
/// closed --failuresMax failures in a row--> open --openFor--> half open: one probe
///    ^                                       ^                      |
///    +------------- it succeeds -------------+---- it fails --------+
/// ```
/// A value without a clock. What was let in before the circuit opened says nothing about it afterwards.
package struct Circuit: Equatable, Sendable {
    /// When it opens, and for how long.
    package struct Settings: Equatable, Sendable {
        package let failuresMax: Int
        package let openFor: Duration

        package init(failuresMax: Int, openFor: Duration) {
            self.failuresMax = failuresMax
            self.openFor = openFor
        }
    }

    /// The state of it.
    package enum Phase: Equatable, Sendable {
        case closed(failures: Int)
        case open(until: Timestamp)
        /// The probe is under way.
        case halfOpen
    }

    /// What one attempt was let in by; it is given back with its result.
    package struct Pass: Equatable, Sendable {
        let life: UInt64
        package let isProbe: Bool
    }

    /// The answer to one who wants to try.
    package enum Entry: Equatable, Sendable {
        case pass(Pass)
        /// Open until then, or half open with a probe under way, for nobody knows how long.
        case refuse(until: Timestamp?)
    }

    /// What a result changed.
    package enum Action: Equatable, Sendable {
        case none
        case opened(until: Timestamp)
        case closed
    }

    package private(set) var phase: Phase = .closed(failures: 0)
    private let settings: Settings
    /// How often it has opened or closed.
    private var life: UInt64 = 0

    package init(_ settings: Settings) { self.settings = settings }

    /// When a probe will be let in; nil when it is not a matter of time.
    ///
    /// An end further away than it was ever set is a clock that was put back.
    package func opensAgain(after now: Timestamp) -> Timestamp? {
        guard case .open(let until) = self.phase, now < until, until <= now + self.settings.openFor else { return nil }
        return until
    }

    package mutating func enter(at now: Timestamp) -> Entry {
        switch self.phase {
        case .closed: return .pass(Pass(life: self.life, isProbe: false))
        case .halfOpen: return .refuse(until: nil)
        case .open:
            if let until = self.opensAgain(after: now) { return .refuse(until: until) }
            self.phase = .halfOpen
            return .pass(Pass(life: self.life, isProbe: true))
        }
    }

    package mutating func succeeded(_ pass: Pass) -> Action {
        guard pass.life == self.life else { return .none }
        guard pass.isProbe else {
            self.phase = .closed(failures: 0)
            return .none
        }
        self.life += 1
        self.phase = .closed(failures: 0)
        return .closed
    }

    package mutating func failed(_ pass: Pass, at now: Timestamp) -> Action {
        guard pass.life == self.life else { return .none }
        if case .closed(let failures) = self.phase, failures + 1 < self.settings.failuresMax {
            self.phase = .closed(failures: failures + 1)
            return .none
        }
        let until = now + self.settings.openFor
        self.life += 1
        self.phase = .open(until: until)
        return .opened(until: until)
    }

    /// An attempt ended without asking the service; whoever comes next after a probe of this kind is the probe.
    package mutating func abandoned(_ pass: Pass, at now: Timestamp) {
        guard pass.life == self.life, pass.isProbe else { return }
        self.phase = .open(until: now)
    }
}
