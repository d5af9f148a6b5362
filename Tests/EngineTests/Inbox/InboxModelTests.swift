import NIOCore
import Primitives
import Testing

@testable import Engine

@Suite("Inboxes against a model", .timeLimit(.minutes(10)))
struct InboxModelTests {
    @Test("Whatever comes, an inbox tells what its model does", arguments: Seeds.first(30))
    func model(seed: UInt64) throws {
        var run = try InboxRun(seed: seed)
        for round in 0..<300 where !run.isApart {
            try run.step()
            if round.isMultiple(of: 10) { run.compare() }
        }
        run.compare()
    }

    @Test("The records of live work make the same inboxes again", arguments: Seeds.first(10))
    func replay(seed: UInt64) throws {
        var run = try InboxRun(seed: seed)
        for _ in 0..<300 where !run.isApart { try run.step() }
        let hash = run.driver.state.hash()
        run.driver.state = run.driver.replayed()
        #expect(run.driver.state.hash() == hash)
        run.compare()
    }

    @Test("A section with inboxes reads back as it was, and goes on", arguments: Seeds.first(10))
    func section(seed: UInt64) throws {
        var run = try InboxRun(seed: seed)
        for _ in 0..<200 where !run.isApart { try run.step() }
        let hash = run.driver.state.hash()
        run.driver.state = try run.driver.decoded()
        #expect(run.driver.state.hash() == hash)
        #expect(run.driver.state.encode() == (try run.driver.decoded()).encode())
        run.compare()
        for _ in 0..<50 where !run.isApart { try run.step() }
        run.compare()
    }

    @Test("A section with inboxes that ends too soon is refused", arguments: Seeds.first(2))
    func sectionPrefixes(seed: UInt64) throws {
        var run = try InboxRun(seed: seed)
        for _ in 0..<60 where !run.isApart { try run.step() }
        let section = run.driver.state.encode()
        for length in 0..<section.readableBytes {
            var prefix = ByteBuffer(section.readableBytesView.prefix(length))
            #expect(throws: SectionError.cutShort) {
                try ShardState(decoding: &prefix, keyWindow: ShardDriver.keyWindow)
            }
        }
    }
}
