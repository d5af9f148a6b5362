package import Disks
import Primitives
import Synchronization

/// The mark of a restored copy: as long as the file is there, the organisation's own sends are kept.
package final class Hold: Sendable {
    static let fileName = "hold"

    private let directory: String
    private let disk: any Disk
    private let isMarked: Atomic<Bool>

    package init(directory: String, disk: any Disk) {
        self.directory = directory
        self.disk = disk
        let names = (try? disk.list(directory)) ?? []
        self.isMarked = Atomic(names.contains(Self.fileName))
    }

    var isHeld: Bool { self.isMarked.load(ordering: .acquiring) }

    /// Puts a directory on hold, durably.
    static func mark(_ directory: String, disk: any Disk) throws(DiskError) {
        let file = try disk.open("\(directory)/\(Self.fileName)", .creating)
        try file.write(Array("Sends nothing out until it is released.\n".utf8), at: 0)
        try file.sync()
        try disk.syncDirectory(directory)
    }

    /// Ends the hold, on disk first.
    ///
    /// Fails with `unavailable` when the mark cannot be removed.
    package func release() throws(EngineError) {
        guard self.isHeld else { return }
        do {
            try self.disk.remove("\(self.directory)/\(Self.fileName)")
            try self.disk.syncDirectory(self.directory)
        } catch {
            throw .unavailable
        }
        self.isMarked.store(false, ordering: .releasing)
    }
}
