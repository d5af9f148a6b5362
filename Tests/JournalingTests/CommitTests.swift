import Disks
import Journaling
import Primitives
import TestKit
import Testing

@Suite("Journal commits")
struct CommitTests {
    @Test("What gathered is one commit, told once it is synced")
    func gathers() throws {
        var harness = try Harness(SimulatedDisk())
        try harness.append(2)
        try harness.append(3)
        #expect(harness.heard.progress.isEmpty)
        harness.settle()
        let position = JournalPosition(rawValue: 5)
        #expect(harness.heard.progress == [JournalProgress(written: position, synced: position)])
    }

    @Test("A batch that asks for it is told when it is written, too")
    func written() throws {
        let harness = try Harness(SimulatedDisk())
        var batch = Harness.batch(from: 1, count: 1)
        batch.reportsWritten = true
        _ = try harness.journal.append(batch)
        harness.settle()
        #expect(harness.heard.progress.map(\.written.rawValue) == [1, 1])
        #expect(harness.heard.progress.map(\.synced.rawValue) == [0, 1])
    }

    @Test("Stop commits what was taken and takes no more")
    func stop() throws {
        var harness = try Harness(SimulatedDisk())
        try harness.append(4)
        harness.journal.stop()
        harness.journal.stop()
        #expect(harness.heard.synced == 4)
        #expect(harness.journal.admission == .closed)
        #expect(throws: JournalError.stopped) { try harness.append() }
    }

    @Test("A batch larger than a segment is refused")
    func tooLarge() throws {
        var harness = try Harness(SimulatedDisk())
        #expect(throws: JournalError.batchTooLarge(bytes: 4120, bytesMax: 4096)) { try harness.append(bytes: 4096) }
        try harness.append(bytes: 4072)
    }

    @Test("More than the bound of waiting bytes is refused, and taken when the disk has caught up")
    func overloaded() throws {
        var configuration = Harness.configuration
        configuration.pendingBytesMax = 1000
        var harness = try Harness(SimulatedDisk(), configuration: configuration)
        try harness.append(bytes: 776)
        #expect(harness.journal.admission == .overloaded)
        #expect(throws: JournalError.overloaded) { try harness.append(bytes: 776) }
        harness.settle()
        #expect(harness.journal.isAccepting)
        try harness.append(bytes: 776)
    }

    @Test("A full disk refuses new writes, keeps what it took, and resumes by itself")
    func full() throws {
        let disk = SimulatedDisk()
        var harness = try Harness(disk)
        harness.settle()
        disk.limit(bytesMax: 2 * 8192)
        var count: UInt64 = 0
        while harness.journal.isAccepting {
            try harness.append(bytes: 100)
            harness.settle()
            count += 1
        }
        #expect(harness.journal.admission == .full)
        #expect(harness.heard.synced == count)
        // Those that asked just before still find room.
        for _ in 0..<4 { try harness.append(bytes: 100) }
        #expect(throws: JournalError.full) { while true { try harness.append(bytes: 100) } }
        harness.settle()
        #expect(harness.heard.synced == harness.next - 1)
        #expect(harness.heard.failures.isEmpty)
        #expect(try Harness(disk.killed()).replayed == expected(1, harness.next - 1, bytes: 100))
        harness.settle(retriesSpare: false)
        #expect(!harness.journal.isAccepting)
        disk.limit(bytesMax: nil)
        harness.journal.step(retriesSpare: true)
        #expect(harness.journal.isAccepting)
        try harness.append(bytes: 100)
        harness.settle()
        #expect(harness.heard.synced == harness.next - 1)
    }

    @Test("Freeing segments that fails for want of room is tried again")
    func releaseRetried() throws {
        let disk = SimulatedDisk()
        var harness = try Harness(disk)
        for _ in 1...20 {
            try harness.append(bytes: 700)
            harness.settle()
        }
        let used = disk.usedBytes
        for call in 0..<3 { disk.fail(call: disk.callCount + call, with: .noSpace) }
        harness.journal.release(before: JournalPosition(rawValue: harness.next))
        harness.settle()
        #expect(harness.heard.failures.isEmpty)
        for _ in 0..<3 { harness.journal.step(retriesSpare: true) }
        harness.settle()
        #expect(harness.heard.failures.isEmpty)
        #expect(try disk.list("data/journal").filter { $0.hasSuffix(".segment") }.count == 1)
        #expect(disk.usedBytes <= used)
    }

    @Test("A full disk resumes when segments are released")
    func fullThenReleased() throws {
        let disk = SimulatedDisk()
        var harness = try Harness(disk)
        harness.settle()
        disk.limit(bytesMax: 2 * 8192)
        while harness.journal.isAccepting {
            try harness.append(bytes: 100)
            harness.settle()
        }
        harness.journal.release(before: JournalPosition(rawValue: harness.next))
        harness.settle()
        #expect(harness.journal.isAccepting)
    }
}
