import Primitives
import Testing

@testable import Providers

@Suite("Gate")
struct GateTests {
    static let backoff = Backoff(first: .milliseconds(100), max: .seconds(1), jitter: 0)

    private func gate(inFlightMax: Int = 8, failuresMax: Int = 2) -> Gate {
        Gate(
            inFlightMax: inFlightMax,
            backoff: Self.backoff,
            circuit: Circuit.Settings(failuresMax: failuresMax, openFor: .seconds(10)),
            seed: 7
        )
    }

    /// Lets in as many as it will, up to 100.
    private func fill(_ gate: inout Gate, at now: Timestamp) -> [Gate.Ticket] {
        var tickets: [Gate.Ticket] = []
        while tickets.count < 100, case .go(let ticket) = gate.enter(at: now) { tickets.append(ticket) }
        return tickets
    }

    private func leave(_ gate: inout Gate, _ tickets: [Gate.Ticket], _ outcome: Gate.Outcome, at now: Timestamp) {
        for ticket in tickets { _ = gate.leave(ticket, outcome, at: now) }
    }

    @Test("No more are let in than may be under way")
    func bound() {
        var gate = self.gate()
        let tickets = self.fill(&gate, at: start)
        #expect(tickets.count == 8)
        self.leave(&gate, Array(tickets.prefix(3)), .alive, at: start)
        #expect(self.fill(&gate, at: start).count == 3)
    }

    @Test("A service that comes back meets 1, 2, 4 and then all")
    func slowStart() {
        var gate = self.gate()
        self.leave(&gate, self.fill(&gate, at: start), .failed(until: nil), at: start)
        #expect(gate.circuit.phase == .open(until: start + .seconds(10)))
        let later = start + .seconds(10)
        var rounds: [Int] = []
        for _ in 0..<6 {
            let tickets = self.fill(&gate, at: later)
            rounds.append(tickets.count)
            self.leave(&gate, tickets, .alive, at: later)
        }
        // The probe itself, then the rounds.
        #expect(rounds == [1, 1, 2, 4, 8, 8])
    }

    @Test("A failure on the way up begins anew at 1")
    func setback() {
        var gate = self.gate(failuresMax: 3)
        self.leave(&gate, self.fill(&gate, at: start), .failed(until: nil), at: start)
        let later = start + .seconds(10)
        for _ in 0..<3 { self.leave(&gate, self.fill(&gate, at: later), .alive, at: later) }
        #expect(gate.allowance == 4)
        self.leave(&gate, Array(self.fill(&gate, at: later).prefix(1)), .failed(until: nil), at: later)
        #expect(gate.allowance == 1)
        #expect(gate.circuit.phase == .closed(failures: 1))
    }

    @Test("A service that asks for patience is left alone until then, and meets one first")
    func pause() {
        var gate = self.gate()
        let end = start + .seconds(20)
        self.leave(&gate, [self.fill(&gate, at: start)[0]], .throttled(until: end), at: start)
        guard case .notBefore(let due) = gate.enter(at: start + .seconds(19)) else {
            Issue.record("let in during a pause")
            return
        }
        #expect(due > end)
        #expect(gate.circuit.phase == .closed(failures: 0))
        #expect(gate.pausedUntil == end)
    }

    @Test("Without a time the pause grows with each throttling, and those under way count once")
    func throttles() {
        var gate = self.gate()
        var now = start
        for expected in [100, 200, 400, 800, 1000, 1000] as [Int64] {
            self.leave(&gate, self.fill(&gate, at: now), .throttled(until: nil), at: now)
            #expect(gate.pausedUntil == now + .milliseconds(expected))
            now = now + .milliseconds(expected)
        }
        self.leave(&gate, self.fill(&gate, at: now), .alive, at: now)
        self.leave(&gate, self.fill(&gate, at: now), .throttled(until: nil), at: now)
        #expect(gate.pausedUntil == now + .milliseconds(100), "a success forgets them")
    }

    @Test("No pause is believed beyond an hour, nor after the clock was put back")
    func pauseBound() {
        var gate = self.gate()
        self.leave(&gate, self.fill(&gate, at: start), .failed(until: start + .seconds(86_400)), at: start)
        #expect(gate.pausedUntil == start + .seconds(3600))
        var other = self.gate()
        self.leave(&other, self.fill(&other, at: start), .throttled(until: start + .seconds(60)), at: start)
        #expect(self.fill(&other, at: Timestamp(rawValue: 0)).count == 1)
    }

    @Test("Those sent away come back spread out, the wider the more there are")
    func spread() {
        var gate = self.gate(inFlightMax: 10)
        self.leave(&gate, self.fill(&gate, at: start), .failed(until: nil), at: start)
        let opens = start + .seconds(10)
        var dues: [Timestamp] = []
        for _ in 0..<2000 {
            guard case .notBefore(let due) = gate.enter(at: start) else {
                Issue.record("let in while open")
                return
            }
            dues.append(due)
        }
        #expect(dues.allSatisfy { $0 > opens && $0 <= opens + .seconds(21) })
        let perSecond = Dictionary(grouping: dues) { ($0.rawValue - opens.rawValue) / 1000 }.mapValues(\.count)
        #expect(perSecond.values.max().map { $0 < 2000 / 4 } == true)
        #expect(perSecond.count >= 18)
        // The next crowd is counted anew.
        let much = start + .seconds(60)
        guard case .go = gate.enter(at: much), case .notBefore(let due) = gate.enter(at: much) else {
            Issue.record("one probe, and one sent away")
            return
        }
        #expect(due <= much + .milliseconds(100))
    }

    @Test("The same seed says the same")
    func deterministic() {
        func dues() -> [Gate.Entry] {
            var gate = self.gate(inFlightMax: 1)
            return (0..<20).map { gate.enter(at: start + .milliseconds($0)) }
        }
        #expect(dues() == dues())
    }

    @Test("Whatever happens, its bounds hold and nobody is sent to the past", arguments: UInt64(1)...40)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var gate = self.gate(inFlightMax: 6, failuresMax: 3), now = start, underWay: [Gate.Ticket] = []
        var pausedUntil = start, isSick = false
        for step in 0..<4000 {
            now = now + .milliseconds(Int64.random(in: 0...300, using: &generator))
            if step % 200 == 0 { isSick.toggle() }
            if underWay.isEmpty || Int.random(in: 0..<3, using: &generator) < 2 {
                let before = gate
                switch gate.enter(at: now) {
                case .go(let ticket):
                    #expect(before.inFlight < before.allowance && now >= pausedUntil)
                    if !before.circuit.isClosed { #expect(ticket.pass.isProbe) }
                    underWay.append(ticket)
                case .notBefore(let due):
                    #expect(due > now)
                    if now < pausedUntil { #expect(due > pausedUntil) }
                    if case .open(let until) = before.circuit.phase, now < until {
                        #expect(due > until)
                    }
                }
                #expect(gate.inFlight == underWay.count)
            } else {
                let ticket = underWay.remove(at: Int.random(in: 0..<underWay.count, using: &generator))
                let until = Bool.random(using: &generator) ? now + .seconds(2) : nil
                let outcome: Gate.Outcome =
                    switch Int.random(in: 0..<10, using: &generator) {
                    case 0: .throttled(until: until)
                    case 1: .neutral
                    case 2: .failed(until: until)
                    default: isSick ? .failed(until: nil) : .alive
                    }
                _ = gate.leave(ticket, outcome, at: now)
                if let end = gate.pausedUntil { pausedUntil = max(pausedUntil, end) }
            }
            #expect((1...6).contains(gate.allowance))
        }
    }
}
