import Engine
import Journaling
import Telemetry

/// What the engine tells when metrics are asked for.
enum EngineGauges {
    static func register(_ engine: Engine, _ metrics: EngineMetrics, _ registry: MetricsRegistry) {
        ProcessMetrics.register(in: registry, time: engine.time)
        metrics.replay.set(engine.recovery.elapsed / .seconds(1))
        metrics.replayRecords.set(engine.recovery.journal.replayedRecords)
    }
}
