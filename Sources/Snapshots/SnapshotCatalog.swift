package import Disks
package import Primitives

/// A snapshot in its directory.
package struct SnapshotEntry: Hashable, Sendable {
    package let file: String
    package let path: String
    /// It holds everything up to here.
    package let position: JournalPosition
    /// When it was begun; nil when its header is damaged.
    package let at: Timestamp?
    package let bytes: Int
}

/// The snapshots of a directory.
package struct SnapshotCatalog: Sendable {
    package let disk: any Disk
    package let directory: String

    package init(disk: any Disk, directory: String) {
        self.disk = disk
        self.directory = directory
    }

    /// Makes the directory when there is none, and removes what an abandoned writer left.
    package func prepare() throws(SnapshotError) {
        try onDisk { () throws(DiskError) in
            try self.disk.ensureDirectory(self.directory)
            for name in try self.disk.list(self.directory) where SnapshotFiles.isPartial(name) {
                try self.disk.remove(self.path(name))
            }
        }
    }

    /// The snapshots, newest first; an empty list when there is no directory.
    ///
    /// Their contents are not checked.
    package func list() throws(SnapshotError) -> [SnapshotEntry] {
        let names = try onDisk { () throws(DiskError) in
            do throws(DiskError) {
                return try self.disk.list(self.directory)
            } catch .notFound {
                return []
            }
        }
        var entries: [SnapshotEntry] = []
        for name in names.sorted(by: >) {
            guard let position = SnapshotFiles.position(ofName: name) else { continue }
            entries.append(try self.entry(name, position))
        }
        return entries
    }

    /// Reads a snapshot and checks every byte, as far as checksums tell; needs no key.
    ///
    /// Fails with `disk`, `damaged` or `unsupportedVersion`.
    package func check(_ entry: SnapshotEntry) throws(SnapshotError) {
        try SnapshotReader(disk: self.disk, path: entry.path).verify(decompressing: false)
    }

    /// Removes all but those that `keeps` picks from the list, newest first; returns those removed.
    package func prune(keeping keeps: ([SnapshotEntry]) -> [SnapshotEntry]) throws(SnapshotError) -> [SnapshotEntry] {
        let present = try self.list()
        let kept = Set(keeps(present).map(\.file))
        let removed = present.filter { !kept.contains($0.file) }
        guard !removed.isEmpty else { return [] }
        try onDisk { () throws(DiskError) in
            for entry in removed { try self.disk.remove(entry.path) }
            try self.disk.syncDirectory(self.directory)
        }
        return removed
    }

    private func path(_ name: String) -> String { "\(self.directory)/\(name)" }

    private func entry(_ name: String, _ position: JournalPosition) throws(SnapshotError) -> SnapshotEntry {
        let path = self.path(name)
        let (header, size) = try onDisk { () throws(DiskError) in
            let file = try self.disk.open(path, .reading)
            return (try file.read(count: SnapshotLayout.headerBytes, at: 0), try file.size())
        }
        let summary = try? SnapshotSummary(header: header)
        return SnapshotEntry(file: name, path: path, position: position, at: summary?.createdAt, bytes: size)
    }
}
