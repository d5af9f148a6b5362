internal import Disks
internal import Primitives

/// Names, files and faults of a simulated disk.
struct SimulatedState {
    /// A change of a directory that is not synced yet.
    private enum Change {
        case create(path: String, inode: Int)
        case rename(path: String, newPath: String, inode: Int)
        case remove(path: String, inode: Int)

        var directory: String {
            switch self {
            case .create(let path, _), .rename(_, let path, _), .remove(let path, _): SimulatedState.parent(path)
            }
        }
    }

    var inodes: [SimulatedInode] = []
    /// Directories are durable at once: the journal makes them once, when nothing is promised yet.
    var directories: Set<String> = ["", "/"]
    var locks: Set<String> = []
    var faults: [Int: SimulatedDisk.Fault] = [:]
    var bytesMax: Int?
    /// When the power goes or the process dies, and what is found then.
    var end: (call: Int, isPowerCut: Bool, seed: UInt64)?
    var survivor: SimulatedDisk?
    private(set) var callCount = 0
    private var inodeOfName: [String: Int] = [:]
    private var durableNames: [String: Int] = [:]
    private var changes: [Change] = []

    init() {}

    var fileNames: [String] { Array(self.inodeOfName.keys) }

    var usedBytes: Int { Set(self.inodeOfName.values).reduce(0) { $0 + self.inodes[$1].cached.count } }

    func contents(_ path: String) -> [UInt8]? { self.inodeOfName[path].map { self.inodes[$0].cached } }

    mutating func flipBit(_ path: String, offset: Int, bit: Int) {
        guard let inode = self.inodeOfName[path] else { return }
        self.inodes[inode].flipBit(offset: offset, bit: bit)
    }

    static func parent(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    /// Counts a call that changes something, and fails it when its time has come.
    mutating func count(_ operation: DiskOperation) throws(DiskError) {
        switch self.nextFault() {
        case nil: return
        case .noSpace: throw .noSpace
        case .io, .shortWrite: throw .ioFailed(errno: 5, during: operation)
        }
    }

    mutating func put(_ path: String, _ bytes: [UInt8]) {
        self.inodes.append(SimulatedInode(bytes))
        self.inodeOfName[path] = self.inodes.count - 1
        self.durableNames[path] = self.inodes.count - 1
    }

    mutating func open(_ path: String, _ mode: OpenMode) throws(DiskError) -> Int {
        guard mode == .creating else {
            guard let inode = self.inodeOfName[path] else { throw .notFound(path: path) }
            return inode
        }
        try self.count(.open)
        guard self.directories.contains(Self.parent(path)) else { throw .notFound(path: path) }
        guard self.inodeOfName[path] == nil else { throw .alreadyExists(path: path) }
        self.inodes.append(SimulatedInode())
        let inode = self.inodes.count - 1
        self.inodeOfName[path] = inode
        self.changes.append(.create(path: path, inode: inode))
        return inode
    }

    mutating func rename(_ path: String, to newPath: String) throws(DiskError) {
        guard let inode = self.inodeOfName[path] else { throw .notFound(path: path) }
        self.inodeOfName[path] = nil
        self.inodeOfName[newPath] = inode
        self.changes.append(.rename(path: path, newPath: newPath, inode: inode))
    }

    mutating func remove(_ path: String) throws(DiskError) {
        guard let inode = self.inodeOfName.removeValue(forKey: path) else { throw .notFound(path: path) }
        self.changes.append(.remove(path: path, inode: inode))
    }

    mutating func syncDirectory(_ path: String) {
        for change in self.changes where change.directory == path { Self.apply(change, to: &self.durableNames) }
        self.changes.removeAll { $0.directory == path }
    }

    mutating func write(_ inode: Int, _ bytes: [UInt8], at offset: Int) throws(DiskError) {
        switch self.nextFault() {
        case nil: break
        case .noSpace: throw .noSpace
        case .io: throw .ioFailed(errno: 5, during: .write)
        case .shortWrite:
            self.inodes[inode].write(bytes.prefix(bytes.count / 2), at: offset)
            throw .ioFailed(errno: 5, during: .write)
        }
        let growth = max(0, offset + bytes.count - self.inodes[inode].cached.count)
        if growth > 0, let bytesMax = self.bytesMax, self.usedBytes + growth > bytesMax { throw .noSpace }
        self.inodes[inode].write(bytes, at: offset)
    }

    mutating func truncate(_ inode: Int, to size: Int) throws(DiskError) {
        let growth = size - self.inodes[inode].cached.count
        if growth > 0, let bytesMax = self.bytesMax, self.usedBytes + growth > bytesMax { throw .noSpace }
        self.inodes[inode].truncate(to: size)
    }

    /// As found after a power cut.
    func afterCrash(using generator: inout SeededGenerator) -> SimulatedState {
        var names = self.durableNames
        for change in self.changes where Bool.random(using: &generator) { Self.apply(change, to: &names) }
        return self.survivor(names) { inode in inode.afterCrash(using: &generator) }
    }

    /// As found after the process was killed.
    func afterKill() -> SimulatedState {
        var survivor = self
        survivor.locks = []
        survivor.faults = [:]
        survivor.end = nil
        survivor.survivor = nil
        survivor.callCount = 0
        return survivor
    }

    private func survivor(_ names: [String: Int], content: (SimulatedInode) -> [UInt8]) -> SimulatedState {
        var survivor = SimulatedState()
        survivor.directories = self.directories
        survivor.bytesMax = self.bytesMax
        for (name, inode) in names.sorted(by: { $0.key < $1.key }) {
            survivor.put(name, content(self.inodes[inode]))
        }
        return survivor
    }

    private mutating func nextFault() -> SimulatedDisk.Fault? {
        defer { self.callCount += 1 }
        if let end = self.end, end.call <= self.callCount {
            var generator = SeededGenerator(seed: end.seed)
            self.end = nil
            self.survivor = SimulatedDisk(end.isPowerCut ? self.afterCrash(using: &generator) : self.afterKill())
        }
        return self.faults[self.callCount]
    }

    private static func apply(_ change: Change, to names: inout [String: Int]) {
        switch change {
        case .create(let path, let inode): names[path] = inode
        case .rename(let path, let newPath, let inode):
            guard names[path] == inode else { return }
            names[path] = nil
            names[newPath] = inode
        case .remove(let path, let inode):
            if names[path] == inode { names[path] = nil }
        }
    }
}
