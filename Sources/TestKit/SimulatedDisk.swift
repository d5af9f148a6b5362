package import Disks
package import Primitives

internal import Synchronization

/// A disk in memory that fails as disks do.
///
/// The fault model, from `crash(using:)`, which gives the disk as it is found after a power cut:
/// 1. What a file's last successful `sync` covered is there. Of what was written since, each 512-byte sector is found
///    in any of the states it went through, independently of the others: writes are dropped, torn and reordered.
///    A file that grew is found with any size between the old and the new one; what is missing reads as zeros.
/// 2. Names that `syncDirectory` covered are there. Of the creations, renames and removals since, each happened or did
///    not, in order; one that makes no sense without an earlier one did not.
/// 3. After a failed `sync` the file still reads as written, each sector has reached the disk or not, and no later sync
///    brings what did not (as Linux does: the pages are clean).
///
/// And while it runs:
/// 4. `fail(call:with:)` fails the n-th call that changes something: nothing happens, or a part of a write does.
/// 5. `bytesMax` bounds the sum of all file sizes: beyond it there is `noSpace`.
/// 6. `flipBit` changes what lies on the disk, behind everyone's back.
/// 7. `end(atCall:)` takes the disk as it is found when all ends between two calls.
/// Nothing is random but what the generator given decides.
package final class SimulatedDisk: Disk {
    /// How a call fails.
    package enum Fault: Sendable, Equatable, CaseIterable {
        /// ENOSPC, nothing done.
        case noSpace
        /// EIO, nothing done.
        case io
        /// Half of a write done, then EIO; any other call is as with `io`.
        case shortWrite
    }

    private let state: Mutex<SimulatedState>

    /// An empty disk: the directory "" exists, nothing else.
    package init() { self.state = Mutex(SimulatedState()) }

    init(_ state: sending SimulatedState) { self.state = Mutex(state) }

    /// The disk as it is found after a power cut now; this one stays as it is.
    package func crash(using generator: inout SeededGenerator) -> SimulatedDisk {
        let survivor = self.state.withLock { state in state.afterCrash(using: &generator) }
        return SimulatedDisk(survivor)
    }

    /// The disk as it is found when only the process was killed; this one stays as it is.
    package func killed() -> SimulatedDisk { SimulatedDisk(self.state.withLock { $0.afterKill() }) }

    /// Ends everything right before the call with this number, counted as for `fail`: `survivor` is the disk as it is
    /// found then.
    ///
    /// This one goes on, so that whoever uses it need not be stopped in the middle of a call; what it is told from there
    /// on never happened.
    package func end(atCall call: Int, byPowerCut isPowerCut: Bool, seed: UInt64) {
        self.state.withLock { $0.end = (call, isPowerCut, seed) }
    }

    /// The disk as it was found after `end`; nil until then.
    package var survivor: SimulatedDisk? { self.state.withLock { $0.survivor } }

    /// Whether a fault that was asked for has not come yet.
    package var expectsFault: Bool {
        self.state.withLock { state in state.faults.keys.contains { $0 >= state.callCount } }
    }

    /// The number of calls so far that change something.
    package var callCount: Int { self.state.withLock { $0.callCount } }

    /// Fails the call with this number, counted from 0 over all calls that change something.
    package func fail(call: Int, with fault: Fault) { self.state.withLock { $0.faults[call] = fault } }

    /// Bounds the sum of all file sizes; nil is no bound.
    package func limit(bytesMax: Int?) { self.state.withLock { $0.bytesMax = bytesMax } }

    /// The sum of all file sizes.
    package var usedBytes: Int { self.state.withLock { $0.usedBytes } }

    /// Changes one bit of a file, on the disk and as it reads.
    package func flipBit(_ path: String, offset: Int, bit: Int) {
        self.state.withLock { $0.flipBit(path, offset: offset, bit: bit) }
    }

    /// A file's bytes as they read now; nil when there is no such file.
    package func contents(_ path: String) -> [UInt8]? { self.state.withLock { $0.contents(path) } }

    /// Puts a file there, durably.
    package func put(_ path: String, _ bytes: [UInt8]) { self.state.withLock { $0.put(path, bytes) } }

    package func open(_ path: String, _ mode: OpenMode) throws(DiskError) -> any DiskFile {
        let inode = try self.state.withLock { (state) throws(DiskError) in try state.open(path, mode) }
        return SimulatedFile(disk: self, inode: inode)
    }

    package func rename(_ path: String, to newPath: String) throws(DiskError) {
        try self.state.withLock { (state) throws(DiskError) in
            try state.count(.rename)
            try state.rename(path, to: newPath)
        }
    }

    package func remove(_ path: String) throws(DiskError) {
        try self.state.withLock { (state) throws(DiskError) in
            try state.count(.remove)
            try state.remove(path)
        }
    }

    package func list(_ directory: String) throws(DiskError) -> [String] {
        try self.state.withLock { (state) throws(DiskError) in
            guard state.directories.contains(directory) else { throw .notFound(path: directory) }
            let paths = state.fileNames + state.directories.filter { !$0.isEmpty && $0 != "/" }
            return paths.filter { SimulatedState.parent($0) == directory }
                .map { String($0.dropFirst(directory.isEmpty ? 0 : directory.count + 1)) }
                .sorted()
        }
    }

    package func createDirectory(_ path: String) throws(DiskError) {
        try self.state.withLock { (state) throws(DiskError) in
            try state.count(.createDirectory)
            let parent = SimulatedState.parent(path)
            guard state.directories.contains(parent) else { throw .notFound(path: parent) }
            state.directories.insert(path)
        }
    }

    package func syncDirectory(_ path: String) throws(DiskError) {
        try self.state.withLock { (state) throws(DiskError) in
            try state.count(.syncDirectory)
            guard state.directories.contains(path) else { throw .notFound(path: path) }
            state.syncDirectory(path)
        }
    }

    package func lock(_ path: String) throws(DiskError) -> any DiskLock {
        try self.state.withLock { (state) throws(DiskError) in
            guard state.locks.insert(path).inserted else { throw .locked(path: path) }
        }
        return SimulatedLock(disk: self, path: path)
    }

    fileprivate func unlock(_ path: String) { self.state.withLock { _ = $0.locks.remove(path) } }

    fileprivate func read(_ inode: Int, into bytes: inout MutableRawSpan, at offset: Int) -> Int {
        let (source, count) = self.state.withLock { state in
            let cached = state.inodes[inode].cached
            return (cached, max(0, min(bytes.byteCount, cached.count - offset)))
        }
        unsafe bytes.withUnsafeMutableBytes { buffer in
            guard count > 0 else { return }
            unsafe source.withUnsafeBytes { bytes in
                unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
            }
        }
        return count
    }

    fileprivate func write(_ inode: Int, _ bytes: [UInt8], at offset: Int) throws(DiskError) {
        try self.state.withLock { (state) throws(DiskError) in
            try state.write(inode, bytes, at: offset)
        }
    }

    fileprivate func sync(_ inode: Int) throws(DiskError) {
        try self.state.withLock { (state) throws(DiskError) in
            do throws(DiskError) {
                try state.count(.sync)
            } catch {
                state.inodes[inode].syncFailed(seed: UInt64(state.callCount))
                throw error
            }
            state.inodes[inode].sync()
        }
    }

    fileprivate func size(_ inode: Int) -> Int { self.state.withLock { $0.inodes[inode].cached.count } }

    fileprivate func truncate(_ inode: Int, to size: Int) throws(DiskError) {
        try self.state.withLock { (state) throws(DiskError) in
            try state.count(.truncate)
            try state.truncate(inode, to: size)
        }
    }
}

private final class SimulatedFile: DiskFile {
    private let disk: SimulatedDisk
    private let inode: Int

    init(disk: SimulatedDisk, inode: Int) {
        self.disk = disk
        self.inode = inode
    }

    func read(into bytes: inout MutableRawSpan, at offset: Int) throws(DiskError) -> Int {
        self.disk.read(self.inode, into: &bytes, at: offset)
    }

    func write(_ bytes: RawSpan, at offset: Int) throws(DiskError) {
        let copy = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
        try self.disk.write(self.inode, copy, at: offset)
    }

    func sync() throws(DiskError) { try self.disk.sync(self.inode) }

    func size() throws(DiskError) -> Int { self.disk.size(self.inode) }

    func truncate(to size: Int) throws(DiskError) { try self.disk.truncate(self.inode, to: size) }
}

private final class SimulatedLock: DiskLock {
    private let disk: SimulatedDisk
    private let path: String

    init(disk: SimulatedDisk, path: String) {
        self.disk = disk
        self.path = path
    }

    deinit { self.disk.unlock(self.path) }
}
