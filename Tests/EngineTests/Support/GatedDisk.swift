import Disks
import Foundation

/// A disk whose syncs can be held back: what it has not synced is promised to nobody.
final class GatedDisk: Disk {
    private let disk: any Disk
    private let gate = Gate()
    private let folder: String

    /// Holds back the syncs of files whose path has `folder` in it; of all files without one.
    init(_ disk: any Disk, holding folder: String = "") {
        self.disk = disk
        self.folder = folder
    }

    /// Holds syncs back from now on.
    func close() { self.gate.close() }

    /// Lets syncs go on.
    func open() { self.gate.open() }

    /// Syncs that are held back now.
    var heldCount: Int { self.gate.heldCount }

    func open(_ path: String, _ mode: OpenMode) throws(DiskError) -> any DiskFile {
        let file = try self.disk.open(path, mode)
        return self.folder.isEmpty || path.contains(self.folder) ? GatedFile(file, self.gate) : file
    }

    func rename(_ path: String, to newPath: String) throws(DiskError) { try self.disk.rename(path, to: newPath) }
    func remove(_ path: String) throws(DiskError) { try self.disk.remove(path) }
    func list(_ directory: String) throws(DiskError) -> [String] { try self.disk.list(directory) }
    func createDirectory(_ path: String) throws(DiskError) { try self.disk.createDirectory(path) }
    func syncDirectory(_ path: String) throws(DiskError) { try self.disk.syncDirectory(path) }
    func lock(_ path: String) throws(DiskError) -> any DiskLock { try self.disk.lock(path) }
}

private final class GatedFile: DiskFile {
    private let file: any DiskFile
    private let gate: Gate

    init(_ file: any DiskFile, _ gate: Gate) {
        self.file = file
        self.gate = gate
    }

    func read(into bytes: inout MutableRawSpan, at offset: Int) throws(DiskError) -> Int {
        try self.file.read(into: &bytes, at: offset)
    }

    func write(_ bytes: RawSpan, at offset: Int) throws(DiskError) { try self.file.write(bytes, at: offset) }

    func sync() throws(DiskError) {
        self.gate.pass()
        try self.file.sync()
    }

    func size() throws(DiskError) -> Int { try self.file.size() }
    func truncate(to size: Int) throws(DiskError) { try self.file.truncate(to: size) }
}

/// Where threads wait.
private final class Gate: @unchecked Sendable {
    // @unchecked: the state is used under the condition's lock.
    private let condition = NSCondition()
    private var isOpen = true
    private var held = 0

    var heldCount: Int {
        self.condition.lock()
        defer { self.condition.unlock() }
        return self.held
    }

    func close() {
        self.condition.lock()
        self.isOpen = false
        self.condition.unlock()
    }

    func open() {
        self.condition.lock()
        self.isOpen = true
        self.condition.broadcast()
        self.condition.unlock()
    }

    func pass() {
        self.condition.lock()
        self.held += 1
        while !self.isOpen { self.condition.wait() }
        self.held -= 1
        self.condition.unlock()
    }
}
