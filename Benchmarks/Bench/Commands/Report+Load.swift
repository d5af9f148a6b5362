private import NIOCore

extension Report {
    /// Adds what every case tells.
    mutating func add(_ load: Load, _ benchCase: some LoadCase, memoryBefore: UInt64?) {
        let common = benchCase.common
        let meter = load.meter
        self.parameters += [
            Parameter("connections", .integer(load.crew.clients.count)),
            Parameter("seconds", .real(common.seconds)),
            Parameter("encoding", .text(common.encoding.name)),
            Parameter("compressed", .boolean(common.compress)),
        ]
        let seconds = Double(load.crew.lastAt - load.crew.firstAt) / 1e9
        self.figures.append(
            Figure("connectionRate", "connections set up", Double(load.crew.readyCount) / seconds, "/s")
        )
        self.distributions.append(Distribution("setUp", "connection set up", load.crew.setUpTimes))
        // Where messages are sent, memory grows with them too.
        self.addMemory(load, before: benchCase.hasWarmup ? nil : memoryBefore)
        self.addOwn(cpuSeconds: load.cpuSeconds, seconds: meter.seconds)
        self.timeline = meter.timeline
        self.trouble = load.trouble
        self.refusals = meter.refusals
        if let failure = load.failure { self.notes.append("The run ended early. \(failure)") }
    }

    /// Adds the server's memory now, and what it has grown by.
    mutating func addServerMemory(_ bench: Bench, before: UInt64?) async {
        guard let after = await bench.memory.residentBytes() else {
            self.notes.append(Self.memoryIsUnknown)
            return
        }
        self.figures.append(Figure("serverMemory", "server memory", Double(after) / 1_048_576, "MiB", places: 1))
        guard let before else { return }
        let growth = (Double(after) - Double(before)) / 1_048_576
        self.figures.append(Figure("serverMemoryGrowth", "its growth", growth, "MiB", places: 1))
    }

    /// Adds what the bench itself took, and the machine.
    mutating func addOwn(cpuSeconds: Double, seconds: Double) {
        let share = cpuSeconds / max(seconds, 1e-9)
        self.figures.append(Figure("benchCores", "cores that bench used", share, "cores", places: 2))
        self.cores = NIOCore.System.coreCount
        guard share > 0.95 else { return }
        self.notes.append("bench itself used a whole core: it may be what limits these figures.")
    }

    static let memoryIsUnknown =
        "The server's memory is not known: give --server-pid, or a server with /metrics."

    private mutating func addMemory(_ load: Load, before: UInt64?) {
        guard let after = load.memoryBytes else {
            self.notes.append(Self.memoryIsUnknown)
            return
        }
        self.figures.append(Figure("serverMemory", "server memory", Double(after) / 1_048_576, "MiB", places: 1))
        guard let before else { return }
        // What an earlier run left free hides what this one took.
        let growth = (Double(after) - Double(before)) / Double(load.crew.clients.count) / 1024
        guard growth > 0 else { return }
        self.figures.append(Figure("serverMemoryPerConnection", "its growth per connection", growth, "KiB", places: 1))
    }
}

extension Meter {
    /// A count as a rate.
    func perSecond(_ count: UInt64) -> Double { Double(count) / max(self.seconds, 1e-9) }
}
