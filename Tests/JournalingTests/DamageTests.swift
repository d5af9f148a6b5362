import Disks
import Journaling
import Primitives
import TestKit
import Testing

/// Everything that can be done to the bytes of a small journal: it is found, nothing wrong is served, nothing crashes.
@Suite("Journal damage", .timeLimit(.minutes(10)))
struct DamageTests {
    static let count: UInt64 = 12
    static let whole = expected(1, Self.count, bytes: 250)

    /// Twelve synced records of 274 bytes in one segment; other segments are made of it by the tests.
    static func journal() throws -> SimulatedDisk {
        let disk = SimulatedDisk()
        var harness = try Harness(disk)
        for _ in 0..<Self.count {
            try harness.append(bytes: 250)
            harness.settle()
        }
        harness.journal.stop()
        return disk.killed()
    }

    /// What became of a damaged journal, after the checks that hold for any.
    enum Outcome: Equatable { case served, refused }

    /// Opens, verifies and repairs a journal whose segment has these bytes.
    ///
    /// It is served whole or refused; a reader gives out a good beginning and nothing else; a repair keeps a beginning.
    static func check(_ bytes: [UInt8], in disk: SimulatedDisk, _ what: Comment) throws -> Outcome {
        disk.put(Harness.segment(1), bytes)
        let outcome: Outcome
        switch Result(catching: { () throws(JournalError) in try Harness(disk.killed()) }) {
        case .success(let harness):
            #expect(harness.replayed == Self.whole, what)
            outcome = .served
        case .failure(.damaged), .failure(.missing): outcome = .refused
        case .failure(let error):
            Issue.record("\(what): \(error)")
            outcome = .refused
        }
        let reader = JournalReader(disk: disk, directory: "data")
        #expect(try reader.verify().isWhole == (outcome == .served), what)
        var read: [Replayed] = []
        let walked = Result { () throws(JournalError) in try reader.forEachRecord { read.append(Replayed($2, $3)) } }
        #expect(Self.whole.starts(with: read), what)
        if case .success = walked { #expect(outcome == .served, what) } else { #expect(outcome == .refused, what) }
        guard outcome == .refused else { return outcome }
        let repaired = disk.killed()
        let report = try JournalReader(disk: repaired, directory: "data").repair(acceptLoss: true)
        #expect(report != nil, what)
        let kept = try Harness(repaired).replayed
        #expect(Self.whole.starts(with: kept), what)
        #expect(kept == read, what)
        return outcome
    }

    @Test("A byte that is another one is found wherever it lies, or lies where nothing does")
    func everyByte() throws {
        let disk = try Self.journal(), bytes = try #require(disk.contents(Harness.segment(1)))
        let used = 4096 + Int(Self.count) * 280
        for offset in bytes.indices where offset < 1536 || (4096..<used).contains(offset) || offset % 61 == 0 {
            var damaged = bytes
            damaged[offset] ^= 0xFF
            let outcome = try Self.check(damaged, in: disk, "byte \(offset)")
            let isVital = offset < 512 || (4096..<used).contains(offset)
            #expect((outcome == .refused) == isVital, "byte \(offset)")
        }
    }

    @Test("Each bit of every header is found")
    func everyHeaderBit() throws {
        let disk = try Self.journal(), bytes = try #require(disk.contents(Harness.segment(1)))
        let headers = [0..<40, 508..<512] + (0..<Int(Self.count)).map { 4096 + $0 * 280..<4096 + $0 * 280 + 24 }
        for offset in headers.joined() {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[offset] ^= 1 << bit
                #expect(try Self.check(damaged, in: disk, "byte \(offset), bit \(bit)") == .refused)
            }
        }
    }

    @Test("A segment cut at any byte that was promised is refused")
    func everyCut() throws {
        let disk = try Self.journal(), bytes = try #require(disk.contents(Harness.segment(1)))
        let used = 4096 + Int(Self.count) * 280
        for count in 0...used where count >= 4000 || count % 61 == 0 {
            let outcome = try Self.check(Array(bytes[..<count]), in: disk, "cut at \(count)")
            #expect((outcome == .refused) == (count < used), "cut at \(count)")
        }
    }

    @Test("A sector that reads as zeros is found")
    func everyZeroedSector() throws {
        let disk = try Self.journal(), bytes = try #require(disk.contents(Harness.segment(1)))
        for sector in 0..<bytes.count / 512 {
            var damaged = bytes
            damaged.replaceSubrange(sector * 512..<(sector + 1) * 512, with: repeatElement(0, count: 512))
            let outcome = try Self.check(damaged, in: disk, "sector \(sector)")
            // One of the two marks may go.
            let isVital = sector == 0 || (8...14).contains(sector)
            #expect((outcome == .refused) == isVital, "sector \(sector)")
        }
    }

    @Test("Two sectors that changed places are found")
    func everySwap() throws {
        let disk = try Self.journal(), bytes = try #require(disk.contents(Harness.segment(1)))
        for first in 0..<bytes.count / 512 {
            for second in first + 1..<bytes.count / 512 {
                var damaged = bytes
                for index in 0..<512 { damaged.swapAt(first * 512 + index, second * 512 + index) }
                let outcome = try Self.check(damaged, in: disk, "sectors \(first) and \(second)")
                // A mark may go where the other one says enough; where nothing lies, zeros are as good as zeros.
                let isHarmless = [first, second].allSatisfy { (1...7).contains($0) || $0 == 15 }
                #expect((outcome == .served) == isHarmless, "sectors \(first) and \(second)")
            }
        }
    }
}
