import NIOCore
import Primitives
import Testing

@testable import Engine

@Suite("Shard state against a model", .timeLimit(.minutes(10)))
struct ShardStateModelTests {
    @Test("Whatever is asked, a shard answers as its model does", arguments: Seeds.first(40))
    func model(seed: UInt64) {
        var run = ModelRun(seed: seed)
        for round in 0..<300 {
            run.step()
            if round.isMultiple(of: 25) { run.compare() }
        }
        run.compare()
    }

    @Test("A key is forgotten when its window is over, by the time of the records, not before")
    func keyWindow() throws {
        var driver = ShardDriver()
        let group = Address(trusted: .group, id: "g"), start = Timestamp(rawValue: 1_000)
        _ = driver.create(CreateMailboxCommand(address: group, title: "", owner: nil), at: start, epoch: 1)
        func publish(_ body: String, at now: Timestamp) -> Result<Published, EngineError> {
            driver.publish(
                PublishCommand(to: group, from: .service("s"), body: ByteBuffer(string: body), key: "k"),
                at: now
            )
        }
        #expect(try publish("1", at: start).get().seq == Seq(rawValue: 1))
        let last = start + ShardDriver.keyWindow + .milliseconds(-1)
        #expect(try publish("1", at: last).get().isDuplicate)
        #expect(publish("2", at: last) == .failure(.keyReused))
        // The clock went back: the key is still known.
        #expect(try publish("1", at: Timestamp(rawValue: 0)).get().isDuplicate)
        #expect(try publish("2", at: start + ShardDriver.keyWindow).get().seq == Seq(rawValue: 2))
        #expect(driver.state.keys.count == 1 && driver.state.keyOrder.count == 1)
    }

    @Test("Old keys leave memory as new ones come")
    func keysLeave() {
        var driver = ShardDriver()
        let group = Address(trusted: .group, id: "g")
        _ = driver.create(
            CreateMailboxCommand(address: group, title: "", owner: nil),
            at: Timestamp(rawValue: 0),
            epoch: 1
        )
        for second in 0..<1_000 {
            _ = driver.publish(
                PublishCommand(to: group, from: .service("s"), body: ByteBuffer(), key: "k\(second)"),
                at: Timestamp(rawValue: Int64(second) * 1_000)
            )
            #expect(driver.state.keys.count <= 60 && driver.state.keyOrder.count == driver.state.keys.count)
        }
    }

    @Test("A page after the last possible seq is empty")
    func afterTheLast() throws {
        var driver = ShardDriver()
        let group = Address(trusted: .group, id: "g")
        _ = driver.create(
            CreateMailboxCommand(address: group, title: "", owner: nil),
            at: Timestamp(rawValue: 0),
            epoch: 1
        )
        let number = try #require(driver.state.mailboxNumber(group))
        for seq in [1, UInt64(Int64.max), .max - 1] as [UInt64] {
            let query = HistoryQuery(range: .after(Seq(rawValue: seq)), countMax: 10)
            #expect(driver.history(of: number, query).messages.isEmpty)
        }
        let before = HistoryQuery(range: .before(Seq(rawValue: .max)), countMax: 10)
        #expect(driver.history(of: number, before).messages.isEmpty)
    }

    @Test("A page after the very last seq does not end the process")
    func afterTheVeryLast() async {
        await #expect(processExitsWith: .success) {
            var driver = ShardDriver()
            let group = Address(trusted: .group, id: "g")
            _ = driver.create(
                CreateMailboxCommand(address: group, title: "", owner: nil),
                at: Timestamp(rawValue: 0),
                epoch: 1
            )
            let number = try #require(driver.state.mailboxNumber(group))
            let query = HistoryQuery(range: .after(Seq(rawValue: .max)), countMax: 10)
            #expect(driver.history(of: number, query).messages.isEmpty)
        }
    }
}
