package import Primitives

/// The door of one service: who may try now, and when all others are to come again.
///
/// It joins the circuit, the pause that a service asked for, and a bound on attempts under way. After a circuit or a
/// pause the bound starts at 1 and grows by one for each success, so that it doubles each round: 1, 2, 4 ... up to
/// `inFlightMax`. Those who are sent away get instants spread over a time that grows with their number. So a service
/// that comes back meets a few requests, and not all that have waited for it.
///
/// A value without a clock; its jitter comes from a seed.
package struct Gate: Sendable {
    /// The longest pause that is believed.
    package static let pauseMax: Duration = .seconds(3600)
    /// The least and the greatest time over which those who are sent away are spread.
    package static let spread: ClosedRange<Int64> = 50...60_000

    /// What an attempt was let in by; it is given back with its outcome.
    package struct Ticket: Equatable, Sendable {
        package let pass: Circuit.Pass
        let round: UInt64
    }

    /// The answer to one who wants to try.
    package enum Entry: Equatable, Sendable {
        case go(Ticket)
        case notBefore(Timestamp)
    }

    /// What one attempt found out about the service.
    package enum Outcome: Equatable, Sendable {
        /// It answered, whatever the answer.
        case alive
        /// It asked for fewer requests, and perhaps said until when.
        case throttled(until: Timestamp?)
        /// No answer, or that it cannot serve; perhaps it said until when.
        case failed(until: Timestamp?)
        /// It was not asked.
        case neutral
    }

    package let inFlightMax: Int
    private let backoff: Backoff
    package private(set) var circuit: Circuit
    package private(set) var inFlight = 0
    /// How many may be under way now.
    package private(set) var allowance: Int
    package private(set) var pausedUntil: Timestamp?
    /// How often a pause or an open circuit has begun: who was let in before does not speak for the time after.
    private var round: UInt64 = 0
    /// Throttlings since the last success.
    private var throttles = 0
    /// Those sent away who are not yet due again, and when the last of them is.
    private var turnedAway: Int64 = 0
    private var lastDue = Timestamp(rawValue: .min)
    private var generator: SeededGenerator
    private let seed: UInt64

    package init(inFlightMax: Int, backoff: Backoff, circuit: Circuit.Settings, seed: UInt64) {
        precondition(inFlightMax >= 1, "a gate that lets nobody in is a wall")
        self.inFlightMax = inFlightMax
        self.backoff = backoff
        self.circuit = Circuit(circuit)
        self.allowance = inFlightMax
        self.generator = SeededGenerator(seed: seed)
        self.seed = seed
    }

    /// Nothing is under way, and nothing is wrong.
    package var isIdle: Bool {
        self.inFlight == 0 && self.pausedUntil == nil && self.allowance == self.inFlightMax
            && self.circuit.phase == .closed(failures: 0)
    }

    package mutating func enter(at now: Timestamp) -> Entry {
        guard !self.isPaused(at: now), self.inFlight < self.allowance,
            case .pass(let pass) = self.circuit.enter(at: now)
        else { return .notBefore(self.due(at: now, notBefore: now)) }
        self.pausedUntil = nil
        self.inFlight += 1
        return .go(Ticket(pass: pass, round: self.round))
    }

    /// An attempt has ended.
    package mutating func leave(_ ticket: Ticket, _ outcome: Outcome, at now: Timestamp) -> Circuit.Action {
        precondition(self.inFlight > 0, "who leaves has entered")
        self.inFlight -= 1
        switch outcome {
        case .neutral:
            self.circuit.abandoned(ticket.pass, at: now)
            return .none
        case .alive: return self.succeeded(ticket)
        case .throttled(let until):
            let action = self.circuit.succeeded(ticket.pass)
            let isFirst = ticket.round == self.round
            if isFirst { self.throttles += 1 }
            // Those who were under way with the first one were throttled for the same reason.
            guard isFirst || until != nil else { return action }
            self.pause(until: until ?? now + self.backoff.delay(after: self.throttles, seed: self.seed), at: now)
            return action
        case .failed(let until):
            let action = self.circuit.failed(ticket.pass, at: now)
            let isOnTheWayUp = ticket.round == self.round && self.allowance < self.inFlightMax
            if action != .none || isOnTheWayUp { self.startSlowly() }
            if let until { self.pause(until: until, at: now) }
            return action
        }
    }

    /// When one whose attempt failed is to come again, not before the delay.
    package mutating func comeAgain(after delay: Duration, at now: Timestamp) -> Timestamp {
        self.due(at: now, notBefore: now + delay)
    }

    private mutating func succeeded(_ ticket: Ticket) -> Circuit.Action {
        let action = self.circuit.succeeded(ticket.pass)
        if action == .closed {
            self.startSlowly()
        } else if ticket.round == self.round {
            self.throttles = 0
            self.allowance = min(self.inFlightMax, self.allowance + 1)
        }
        return action
    }

    private mutating func pause(until: Timestamp, at now: Timestamp) {
        let bounded = min(until, now + Self.pauseMax)
        guard bounded > now else { return }
        self.pausedUntil = max(bounded, self.pausedUntil ?? bounded)
        self.startSlowly()
    }

    private mutating func startSlowly() {
        self.round += 1
        self.allowance = 1
    }

    /// A pause that is longer than any is a clock that was put back.
    private func isPaused(at now: Timestamp) -> Bool {
        self.pausedUntil.map { now < $0 && $0 <= now + Self.pauseMax } ?? false
    }

    /// When one who is sent away is to come again: when all obstacles are gone, and not with all the others.
    private mutating func due(at now: Timestamp, notBefore earliest: Timestamp) -> Timestamp {
        var opening = earliest
        if self.isPaused(at: now), let until = self.pausedUntil { opening = max(opening, until) }
        if let until = self.circuit.opensAgain(after: now) { opening = max(opening, until) }
        if now > self.lastDue { self.turnedAway = 0 }
        self.turnedAway += 1
        // As if a full gate let somebody in each 100 ms for each place.
        let crowd = self.turnedAway * max(1, 100 / Int64(self.inFlightMax))
        let spread = min(Self.spread.upperBound, Self.spread.lowerBound + crowd)
        let due = opening + .milliseconds(Int64.random(in: 1...spread, using: &self.generator))
        self.lastDue = max(self.lastDue, due)
        return due
    }
}
