import Disks
import NIOCore
import NIOPosix
import Primitives
import Synchronization

/// Wall time out of a file, for tests: the integer in it, in ms, read every 50 ms (PROTOCOL "Starting").
final class TestClock: TimeSource {
    private static let interval = TimeAmount.milliseconds(50)

    private let path: String
    private let milliseconds: Atomic<Int64>

    /// Reads the file for the first time.
    ///
    /// Fails when it holds no integer.
    init(path: String) throws(SettingError) {
        guard let now = Self.read(path) else { throw SettingError("testClock", path, "a file that holds an integer") }
        self.path = path
        self.milliseconds = Atomic(now)
    }

    func now() -> Timestamp { Timestamp(rawValue: self.milliseconds.load(ordering: .relaxed)) }

    /// Reads the file again and again from now on.
    func start(on eventLoop: any EventLoop) {
        eventLoop.scheduleRepeatedTask(initialDelay: Self.interval, delay: Self.interval) { _ in
            // A writer that is half done is read again next time.
            if let now = Self.read(self.path) { self.milliseconds.store(now, ordering: .relaxed) }
        }
    }

    private static func read(_ path: String) -> Int64? {
        guard let file = try? RealDisk().open(path, .reading), let bytes = try? file.read(count: 64, at: 0)
        else { return nil }
        return Int64(String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace })
    }
}
