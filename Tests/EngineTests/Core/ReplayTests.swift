import NIOCore
import Primitives
import Testing

@testable import Engine

@Suite("Replay", .timeLimit(.minutes(10)))
struct ReplayTests {
    @Test("The records of live work make the same state again", arguments: Seeds.first(30))
    func replay(seed: UInt64) {
        var run = ModelRun(seed: seed)
        for _ in 0..<400 { run.step() }
        var replayed = ShardState(keyWindow: ShardDriver.keyWindow)
        for record in run.driver.records { ShardDriver.apply(record, to: &replayed) }
        #expect(replayed.hash() == run.driver.state.hash())
        #expect(replayed.messageCount == run.driver.state.messageCount)
        #expect(replayed.keyOrder.count == run.driver.state.keyOrder.count)
        run.driver.state = replayed
        run.compare()
    }

    @Test("A section reads back as it was, and goes on as the state it was taken from", arguments: Seeds.first(30))
    func section(seed: UInt64) throws {
        var run = ModelRun(seed: seed)
        for _ in 0..<200 { run.step() }
        var section = run.driver.state.encode()
        let decoded = try ShardState(decoding: &section, keyWindow: ShardDriver.keyWindow)
        #expect(section.readableBytes == 0)
        #expect(decoded.hash() == run.driver.state.hash())
        #expect(decoded.keyOrder.count == run.driver.state.keyOrder.count)
        // Two go on from here: one lives, the other has what the snapshot and the journal say.
        let recordCount = run.driver.records.count
        for _ in 0..<200 { run.step() }
        var recovered = decoded
        for record in run.driver.records[recordCount...] { ShardDriver.apply(record, to: &recovered) }
        #expect(recovered.hash() == run.driver.state.hash())
        run.driver.state = recovered
        run.compare()
        for _ in 0..<100 { run.step() }
        run.compare()
    }

    @Test("A section that ends too soon is refused", arguments: Seeds.first(3))
    func sectionPrefixes(seed: UInt64) {
        var run = ModelRun(seed: seed)
        for _ in 0..<60 { run.step() }
        let section = run.driver.state.encode()
        for length in 0..<section.readableBytes {
            var prefix = ByteBuffer(section.readableBytesView.prefix(length))
            #expect(throws: SectionError.cutShort) {
                try ShardState(decoding: &prefix, keyWindow: ShardDriver.keyWindow)
            }
        }
    }

    @Test("A section of another version is refused by its number")
    func sectionVersion() {
        var section = ByteBuffer(bytes: [9, 0, 0, 0])
        #expect(throws: SectionError.unknownVersion(9)) {
            try ShardState(decoding: &section, keyWindow: ShardDriver.keyWindow)
        }
    }
}
