import Disks
import Telemetry

/// A disk that measures how long the journal's syncs take.
struct TimedDisk: Disk {
    private let disk: any Disk
    private let syncs: Histogram

    init(_ disk: any Disk, syncs: Histogram) {
        self.disk = disk
        self.syncs = syncs
    }

    func open(_ path: String, _ mode: OpenMode) throws(DiskError) -> any DiskFile {
        let file = try self.disk.open(path, mode)
        // The journal writes to a segment through the file that it opened as a spare.
        let isJournal = path.hasSuffix(".segment") || path.hasSuffix(".spare")
        return isJournal ? TimedFile(file, syncs: self.syncs) : file
    }

    func rename(_ path: String, to newPath: String) throws(DiskError) { try self.disk.rename(path, to: newPath) }

    func remove(_ path: String) throws(DiskError) { try self.disk.remove(path) }

    func list(_ directory: String) throws(DiskError) -> [String] { try self.disk.list(directory) }

    func createDirectory(_ path: String) throws(DiskError) { try self.disk.createDirectory(path) }

    func syncDirectory(_ path: String) throws(DiskError) { try self.disk.syncDirectory(path) }

    func lock(_ path: String) throws(DiskError) -> any DiskLock { try self.disk.lock(path) }
}

private final class TimedFile: DiskFile {
    private let file: any DiskFile
    private let syncs: Histogram

    init(_ file: any DiskFile, syncs: Histogram) {
        self.file = file
        self.syncs = syncs
    }

    func read(into bytes: inout MutableRawSpan, at offset: Int) throws(DiskError) -> Int {
        try self.file.read(into: &bytes, at: offset)
    }

    func write(_ bytes: RawSpan, at offset: Int) throws(DiskError) { try self.file.write(bytes, at: offset) }

    func sync() throws(DiskError) {
        let started = ContinuousClock.now
        try self.file.sync()
        self.syncs.observe(ContinuousClock.now - started)
    }

    func size() throws(DiskError) -> Int { try self.file.size() }

    func truncate(to size: Int) throws(DiskError) { try self.file.truncate(to: size) }
}
