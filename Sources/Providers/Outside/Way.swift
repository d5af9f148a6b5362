internal import Primitives
private import Synchronization
internal import Telemetry

/// The way out to one sender: its gates, what was seen of it, and how pushes are said to it.
///
/// A sender of many services, as `webpush` is, has a gate for each of them (a *peer*).
final class Way: Sendable {
    /// Peers of one sender; those that come later share one.
    static let peersMax = 128

    /// What an attempt was let in by.
    struct Admission: Sendable {
        fileprivate let peer: String
        fileprivate let ticket: Gate.Ticket
    }

    /// The answer to one who wants to try.
    enum Entry: Sendable {
        case go(Admission)
        case notBefore(Timestamp)
    }

    /// How an attempt ended: for the gate, and for those who look at the sender.
    struct Report: Sendable {
        var outcome: Gate.Outcome
        var result: AttemptResult
        var reason: String?
        /// Nil when no request was made.
        var took: Duration?
    }

    private struct State {
        var gates: [String: Gate] = [:]
        var tally = Tally()
        var generator: SeededGenerator
    }

    let sender: Sender
    /// Nil for the generic kinds.
    let pushes: (any PushService)?
    private let metrics: ProviderMetrics
    private let seed: UInt64
    private let state: Mutex<State>

    init(_ sender: Sender, pushes: (any PushService)?, metrics: ProviderMetrics) {
        self.sender = sender
        self.pushes = pushes
        self.metrics = metrics
        // FNV-1a: two senders of one service do not come back in step.
        let seed = sender.name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        self.seed = seed
        self.state = Mutex(State(generator: SeededGenerator(seed: seed)))
    }

    func enter(_ peer: String = "", at now: Timestamp) -> Entry {
        let entry = self.state.withLock { state in
            let peer = Self.makeRoom(for: peer, in: &state.gates)
            switch state.gates[peer, default: self.newGate].enter(at: now) {
            case .go(let ticket): return Entry.go(Admission(peer: peer, ticket: ticket))
            case .notBefore(let instant):
                state.tally.count(.notTried, reason: nil, at: now)
                return .notBefore(instant)
            }
        }
        if case .notBefore = entry { self.metrics.attempts[self.sender.name, AttemptResult.notTried.rawValue].add() }
        return entry
    }

    /// An attempt has ended.
    func leave(_ admission: Admission, _ report: Report, at now: Timestamp) {
        let isOpen = self.state.withLock { state in
            _ = state.gates[admission.peer, default: self.newGate].leave(admission.ticket, report.outcome, at: now)
            state.tally.count(report.result, reason: report.reason, at: now)
            if let took = report.took { state.tally.took(took) }
            return state.gates.values.contains { !$0.circuit.isClosed }
        }
        self.metrics.attempts[self.sender.name, report.result.rawValue].add()
        if let took = report.took { self.metrics.seconds[self.sender.name].observe(took) }
        self.metrics.circuitOpen[self.sender.name].set(isOpen ? 1 : 0)
    }

    /// The delay before the next attempt of the same call.
    func delay(after attempt: Int) -> Duration {
        let seed = self.state.withLock { $0.generator.next() }
        return self.sender.backoff.delay(after: attempt, seed: seed)
    }

    /// When a call whose attempts have all failed is to come again.
    func comeAgain(after attempt: Int, at now: Timestamp) -> Timestamp {
        let delay = self.delay(after: attempt)
        return self.state.withLock { $0.gates["", default: self.newGate].comeAgain(after: delay, at: now) }
    }

    /// The sender is not in the document any more, or is another.
    func retire() { self.metrics.circuitOpen[self.sender.name].set(0) }

    /// What an operator sees.
    func look(secretFault: String?, at now: Timestamp) -> SenderState {
        self.state.withLock { state in
            let gates = state.gates.isEmpty ? [self.newGate] : Array(state.gates.values)
            let worst = gates.map(\.circuit).max { $0.badness < $1.badness }
            let ends = gates.compactMap { gate -> Timestamp? in
                guard case .open(let until) = gate.circuit.phase else { return nil }
                return until
            }
            return SenderState(
                name: self.sender.name,
                kind: self.sender.kind,
                url: self.sender.endpoint?.shown,
                circuit: worst?.word ?? .closed,
                openUntil: ends.max(),
                pausedUntil: gates.compactMap(\.pausedUntil).filter { $0 > now }.max(),
                inFlight: gates.reduce(0) { $0 + $1.inFlight },
                inFlightMax: gates.map(\.allowance).min() ?? self.sender.inFlightMax,
                counts: state.tally.counts,
                lastFailure: state.tally.lastFailure,
                secretFault: secretFault,
                p50: state.tally.quantile(0.5),
                p99: state.tally.quantile(0.99)
            )
        }
    }

    private var newGate: Gate {
        Gate(
            inFlightMax: self.sender.inFlightMax,
            backoff: self.sender.backoff,
            circuit: self.sender.circuit,
            seed: self.seed
        )
    }

    /// The peer that is meant, or the one that is shared when all are in use.
    private static func makeRoom(for peer: String, in gates: inout [String: Gate]) -> String {
        guard gates[peer] == nil, gates.count >= Self.peersMax else { return peer }
        let free = gates.filter { $0.value.inFlight == 0 }
        guard let leaving = free.first(where: { $0.value.isIdle })?.key ?? free.keys.min() else { return "" }
        gates[leaving] = nil
        return peer
    }
}

extension Circuit {
    var isClosed: Bool { self.word == .closed }

    /// The word for the state.
    fileprivate var word: SenderState.CircuitState {
        switch self.phase {
        case .closed: .closed
        case .open: .open
        case .halfOpen: .halfOpen
        }
    }

    fileprivate var badness: Int {
        switch self.phase {
        case .closed: 0
        case .halfOpen: 1
        case .open: 2
        }
    }
}
