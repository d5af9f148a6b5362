package import Disks
package import Primitives

/// Sealed segments that are kept, compressed, for restores to points before the oldest snapshot's tail.
///
/// ```
/// archive/00000000000000000002-00000000000000004711-00000000000000009422.zst   segment 2, positions 4711 to 9422
/// archive/….partial                                                              being written, or left behind
/// ```
/// Files never change once they have their name, so that they can be copied away at any time.
package struct SegmentArchive: Sendable {
    /// One kept segment.
    package struct Entry: Equatable, Sendable {
        package let segment: SegmentID
        package let positions: ClosedRange<JournalPosition>
        package let bytes: Int

        var name: String { SegmentArchive.name(self.segment, self.positions) }
    }

    private let disk: any Disk
    private let directory: String

    /// The archive of a data directory.
    package init(disk: any Disk, dataDirectory: String) {
        self.disk = disk
        self.directory = dataDirectory + "/archive"
    }

    /// What is kept, oldest first; empty when there is no archive.
    ///
    /// Fails with `disk`.
    package func list() throws(JournalError) -> [Entry] {
        try onDisk { () throws(DiskError) in
            let names: [String]
            do throws(DiskError) { names = try self.disk.list(self.directory) } catch .notFound { return [] }
            var entries: [Entry] = []
            for name in names.sorted() {
                guard let (segment, positions) = Self.parse(name) else { continue }
                let bytes = try self.disk.open("\(self.directory)/\(name)", .reading).size()
                entries.append(Entry(segment: segment, positions: positions, bytes: bytes))
            }
            return entries
        }
    }

    /// Removes the segments that hold nothing at or behind a position; then the oldest ones until `bytesMax` is kept to.
    ///
    /// Returns what stays. Fails with `disk`.
    package func prune(before position: JournalPosition, bytesMax: Int) throws(JournalError) -> [Entry] {
        var entries = try self.list()
        var total = entries.reduce(0) { $0 + $1.bytes }
        var removed = false
        while let oldest = entries.first, oldest.positions.upperBound < position || total > bytesMax {
            try onDisk { () throws(DiskError) in try self.disk.remove("\(self.directory)/\(oldest.name)") }
            total -= oldest.bytes
            entries.removeFirst()
            removed = true
        }
        if removed { try onDisk { () throws(DiskError) in try self.disk.syncDirectory(self.directory) } }
        return entries
    }

    /// Keeps a segment; when this returns it is there, durably.
    func keep(_ segment: SealedSegment, at path: String) throws(DiskError) {
        try self.disk.ensureDirectory(self.directory)
        let file: any DiskFile
        do throws(DiskError) {
            file = try self.disk.open(path, .reading)
        } catch .notFound {
            // Kept and freed by an attempt that failed later.
            return
        }
        let (positions, end) = try self.extent(of: file, segment)
        let bytes = try file.read(count: end, at: 0)
        let archived = ArchivedSegment(id: segment.id, lastPosition: positions.upperBound)
        guard let content = archived.content(of: unsafe bytes.span.bytes)
        else { throw .ioFailed(errno: 12, during: .write) }
        let name = Self.name(segment.id, positions), partial = "\(self.directory)/\(name).partial"
        do throws(DiskError) { try self.disk.remove(partial) } catch .notFound {}
        do throws(DiskError) {
            let target = try self.disk.open(partial, .creating)
            try target.write(content, at: 0)
            try target.sync()
            try self.disk.rename(partial, to: "\(self.directory)/\(name)")
            try self.disk.syncDirectory(self.directory)
        } catch .noSpace {
            try? self.disk.remove(partial)
            throw .noSpace
        }
    }

    /// Opens a kept segment as the file it was.
    ///
    /// Fails with `damaged` when it is not as it was written.
    func open(_ entry: Entry) throws(JournalError) -> any DiskFile {
        let content = try onDisk { () throws(DiskError) in
            try self.disk.open("\(self.directory)/\(entry.name)", .reading).read(count: entry.bytes, at: 0)
        }
        let archived = ArchivedSegment(id: entry.segment, lastPosition: entry.positions.upperBound)
        guard let bytes = archived.raw(in: unsafe content.span.bytes)
        else { throw .damaged(segment: entry.segment, offset: 0, position: entry.positions.lowerBound) }
        return ArchivedSegmentFile(bytes)
    }

    /// The positions, and where the records end.
    ///
    /// A segment that is damaged is kept as it is, so that nothing is hidden.
    private func extent(
        of file: any DiskFile,
        _ segment: SealedSegment
    ) throws(DiskError) -> (ClosedRange<JournalPosition>, end: Int) {
        let size = try file.size()
        guard let page = try SegmentPage(of: file, segment.id)
        else { return (segment.lastPosition...segment.lastPosition, size) }
        let first = page.header.firstPosition
        let result = Result { () throws(JournalError) in try page.scan().run { (_, _, _) throws(JournalError) in } }
        guard case .success(let end) = result, let mark = page.marks.newest, mark.position < end.position
        else { return (min(first, segment.lastPosition)...segment.lastPosition, size) }
        // Sealed without a record, when a start began anew behind a snapshot.
        return (first...max(end.position.previous, first), end.offset)
    }

    private static func name(_ segment: SegmentID, _ positions: ClosedRange<JournalPosition>) -> String {
        let numbers = [segment.rawValue, positions.lowerBound.rawValue, positions.upperBound.rawValue]
        return numbers.map(JournalFiles.digits).joined(separator: "-") + ".zst"
    }

    private static func parse(_ name: String) -> (SegmentID, ClosedRange<JournalPosition>)? {
        guard name.hasSuffix(".zst") else { return nil }
        let numbers = name.dropLast(4).split(separator: "-").map { UInt64($0) }
        guard numbers.count == 3, let segment = numbers[0], let first = numbers[1], let last = numbers[2], first <= last
        else { return nil }
        return (SegmentID(rawValue: segment), JournalPosition(rawValue: first)...JournalPosition(rawValue: last))
    }
}
