import ColdStorage
import Disks
import Journaling
import NIOCore
import NIOPosix
import Primitives
import Sealing
import Snapshots
import Synchronization
import TestKit

@testable import Engine

/// Engines of one test: they share two event loops and a clock.
struct World {
    static let directory = "data"

    let group: MultiThreadedEventLoopGroup
    let time = ManualTime(Timestamp(rawValue: 1_790_000_000_000))
    let failures = Failures()
    /// The keys of engines to come.
    var keys = KeyRing()
    /// What engines to come keep in memory; the rest goes to the shelf.
    var hot = HotPolicy()
    let shelf = ColdShelf()

    /// Lends a world to `body` and ends its loops.
    static func with(
        keys: KeyRing = KeyRing(),
        hot: HotPolicy = HotPolicy(),
        _ body: (World) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        do {
            try await body(World(group: group, keys: keys, hot: hot))
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }

    func configuration(_ disk: any Disk, _ directory: String = Self.directory) -> EngineConfiguration {
        var journal = JournalConfiguration(segmentBytes: 32 << 10)
        journal.spareRetryInterval = .milliseconds(5)
        var configuration = EngineConfiguration(directory: directory, disk: disk, time: self.time, journal: journal)
        configuration.shardCount = 8
        configuration.keys = self.keys
        configuration.snapshots = Live(SnapshotPolicy(kept: 2))
        configuration.hot = Live(self.hot)
        configuration.offloadInterval = .milliseconds(2)
        let shelf = self.shelf, failures = self.failures
        configuration.openColdStore = { shelf[directory] }
        configuration.onColdFailure = { failures.took($0) }
        return configuration
    }

    /// Brings a directory back and serves.
    func start(
        _ disk: any Disk,
        _ directory: String = Self.directory,
        observing collection: DocumentCollection? = nil,
        _ observer: @escaping @Sendable (DocumentChange) -> Void = { _ in }
    ) async throws -> Engine {
        let engine = try Engine.open(self.configuration(disk, directory), eventLoopGroup: self.group)
        if let collection { engine.observe(collection, observer) }
        let failures = self.failures
        try await engine.start { failures.took($0) }
        return engine
    }

    /// Lets every loop do what it was given before, twice: what crossed to another loop is done, too.
    func settle() async throws {
        for _ in 0..<2 {
            for loop in self.group.makeIterator() { try await loop.submit {}.get() }
        }
    }
}

/// The cold stores of a test's directories; they outlive engines.
final class ColdShelf: Sendable {
    private let stores = Mutex<[String: SimulatedColdStore]>([:])

    subscript(directory: String) -> SimulatedColdStore {
        self.stores.withLock { stores in
            let store = stores[directory] ?? SimulatedColdStore()
            stores[directory] = store
            return store
        }
    }

    /// For restorations from directory to directory.
    var coldStores: ColdStores { ColdStores(read: { self[$0] }, make: { self[$0] }) }
}

/// What engines told their `onFailure`.
final class Failures: Sendable {
    private let errors = Mutex<[JournalError]>([])
    private let coldErrors = Mutex<[ColdStoreError]>([])

    /// What engines told of their cold stores.
    var cold: [ColdStoreError] { self.coldErrors.withLock { $0 } }

    func took(_ error: ColdStoreError) { self.coldErrors.withLock { $0.append(error) } }

    var all: [JournalError] { self.errors.withLock { $0 } }

    func took(_ error: JournalError) { self.errors.withLock { $0.append(error) } }
}

/// The result of something that may never end.
final class Outcome<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)

    var present: Value? { self.value.withLock { $0 } }

    /// Runs `work` beside the test, which need not wait for it.
    init(_ work: @escaping @Sendable () async -> Value) {
        Task {
            let value = await work()
            self.value.withLock { $0 = value }
        }
    }

    /// Waits for the value; the test's time limit bounds it.
    func get() async -> Value {
        while true {
            if let value = self.present { return value }
            await Task.yield()
        }
    }
}

extension Engine {
    /// Does something that is refused for a moment while a segment is made; like any client, again until it is taken.
    func retrying<Value>(
        _ work: (Engine) async throws(EngineError) -> Value
    ) async throws(EngineError) -> Value {
        while true {
            do throws(EngineError) {
                return try await work(self)
            } catch .unavailable where self.isReady && self.journal.admission != .closed {
                await Task.yield()
            }
        }
    }

    /// Lets messages leave memory and be deleted until nothing is left for another time.
    func offloadAll() async {
        while await !self.offload() { await Task.yield() }
    }

    /// All messages of a mailbox, as the organisation sees them.
    func log(of mailbox: Address) async throws(EngineError) -> HistoryPage {
        try await self.history(
            of: mailbox,
            for: .service("test"),
            HistoryQuery(range: .after(.zero), countMax: .max, bytesMax: .max)
        )
    }
}
