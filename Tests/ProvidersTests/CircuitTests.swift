import Primitives
import Testing

@testable import Providers

@Suite("Circuit")
struct CircuitTests {
    let settings = Circuit.Settings(failuresMax: 3, openFor: .seconds(10))

    private func pass(_ circuit: inout Circuit, at now: Timestamp) throws -> Circuit.Pass {
        guard case .pass(let pass) = circuit.enter(at: now) else {
            Issue.record("refused")
            throw CancellationError()
        }
        return pass
    }

    /// A circuit that has just opened at `start`.
    private func opened() throws -> Circuit {
        var circuit = Circuit(self.settings)
        for _ in 0..<3 { _ = circuit.failed(try self.pass(&circuit, at: start), at: start) }
        #expect(circuit.phase == .open(until: start + .seconds(10)))
        return circuit
    }

    @Test("Only failures in a row open it")
    func inARow() throws {
        var circuit = Circuit(self.settings)
        for _ in 0..<5 {
            for _ in 0..<2 { #expect(circuit.failed(try self.pass(&circuit, at: start), at: start) == .none) }
            #expect(circuit.succeeded(try self.pass(&circuit, at: start)) == .none)
        }
        #expect(circuit.phase == .closed(failures: 0))
    }

    @Test("After its time one probe is let in, and nobody else until it ends")
    func probe() throws {
        var circuit = try self.opened()
        #expect(circuit.enter(at: start + .milliseconds(9999)) == .refuse(until: start + .seconds(10)))
        let probe = try self.pass(&circuit, at: start + .seconds(10))
        #expect(probe.isProbe)
        #expect(circuit.enter(at: start + .seconds(99)) == .refuse(until: nil))
        #expect(circuit.succeeded(probe) == .closed)
        #expect(try !self.pass(&circuit, at: start + .seconds(11)).isProbe)
    }

    @Test("A probe that fails opens it for as long again")
    func reopens() throws {
        var circuit = try self.opened()
        let later = start + .seconds(12)
        #expect(circuit.failed(try self.pass(&circuit, at: later), at: later) == .opened(until: later + .seconds(10)))
        #expect(circuit.enter(at: later + .seconds(9)) == .refuse(until: later + .seconds(10)))
    }

    @Test("A probe that asked nothing leaves the next one to be the probe")
    func abandons() throws {
        var circuit = try self.opened()
        let later = start + .seconds(10)
        circuit.abandoned(try self.pass(&circuit, at: later), at: later)
        #expect(try self.pass(&circuit, at: later).isProbe)
    }

    @Test("Who was let in before it opened says nothing afterwards")
    func stale() throws {
        var circuit = Circuit(self.settings)
        let old = try self.pass(&circuit, at: start), alsoOld = try self.pass(&circuit, at: start)
        for _ in 0..<3 { _ = circuit.failed(try self.pass(&circuit, at: start), at: start) }
        #expect(circuit.succeeded(old) == .none)
        #expect(circuit.failed(alsoOld, at: start + .seconds(5)) == .none)
        #expect(circuit.phase == .open(until: start + .seconds(10)))
    }

    @Test("A clock that is put back does not keep it open")
    func clockBack() throws {
        var circuit = try self.opened()
        #expect(try self.pass(&circuit, at: Timestamp(rawValue: 5)).isProbe)
    }

    /// The rules of the page, told as plainly as possible: the results since the last opening or closing.
    private struct Model {
        var failuresInARow = 0
        var openUntil: Timestamp?
        var hasProbe = false
        var life = 0
    }

    @Test("It does what its rules say, whatever happens in which order", arguments: UInt64(1)...40)
    func model(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var circuit = Circuit(self.settings), model = Model(), now = start
        var underWay: [(pass: Circuit.Pass, life: Int)] = []
        for _ in 0..<2000 {
            now = now + .milliseconds(Int64.random(in: 0...2000, using: &generator))
            if underWay.isEmpty || Bool.random(using: &generator) {
                let isDue = model.openUntil.map { now >= $0 } ?? false
                switch circuit.enter(at: now) {
                case .pass(let pass):
                    #expect(!model.hasProbe && (model.openUntil == nil || isDue))
                    #expect(pass.isProbe == isDue)
                    if isDue { (model.hasProbe, model.openUntil) = (true, nil) }
                    underWay.append((pass, model.life))
                case .refuse(let until):
                    #expect(model.hasProbe || model.openUntil != nil && !isDue)
                    #expect(until == model.openUntil)
                }
                continue
            }
            let (pass, life) = underWay.remove(at: Int.random(in: 0..<underWay.count, using: &generator))
            let counts = life == model.life
            switch Int.random(in: 0..<5, using: &generator) {
            case 0, 1:
                let action = circuit.succeeded(pass)
                #expect(action == (counts && pass.isProbe ? .closed : .none))
                guard counts else { continue }
                if pass.isProbe { (model.hasProbe, model.life) = (false, model.life + 1) }
                model.failuresInARow = 0
            case 2:
                circuit.abandoned(pass, at: now)
                if counts, pass.isProbe { (model.hasProbe, model.openUntil) = (false, now) }
            default:
                let action = circuit.failed(pass, at: now)
                guard counts else {
                    #expect(action == .none)
                    continue
                }
                model.failuresInARow += 1
                let opens = pass.isProbe || model.failuresInARow == 3
                #expect(action == (opens ? .opened(until: now + .seconds(10)) : .none))
                guard opens else { continue }
                model = Model(openUntil: now + .seconds(10), life: model.life + 1)
            }
        }
    }
}
