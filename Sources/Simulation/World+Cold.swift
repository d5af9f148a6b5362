import ColdStorage
import Engine
import TestKit

/// Messages that leave memory.
extension World {
    func stepOffload() {
        guard let engine = self.engine, self.failure == nil else { return }
        let shard = self.random.number(0..<self.settings.shardCount), hasRoom = !self.random.chance(5)
        if !hasRoom { self.cold.fail(with: .noSpace) }
        defer { self.cold.fail(with: nil) }
        let before = self.cold.putCount
        do throws(ColdStoreError) {
            try engine.offload(shard: shard)
        } catch {
            self.judge.expect(!hasRoom, .serving, "shard \(shard) keeps its messages: \(error)")
        }
        guard self.cold.putCount > before else { return }
        self.counts.offloads += 1
        self.trace.note(91, UInt64(shard), "messages of shard \(shard) leave memory")
    }
}
