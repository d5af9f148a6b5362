package import Disks
package import Primitives
package import Sealing

internal import Compression

/// Writes one snapshot, section by section, under a temporary name; one thread at a time.
///
/// Nothing is there under its own name before `finish` has synced all of it; a writer that goes away without it removes
/// its file.
package final class SnapshotWriter {
    private let disk: any Disk
    private let directory: String
    private let partialPath: String
    private let file: any DiskFile
    private let header: [UInt8]
    private let sealer: Sealer?
    /// A sealed piece; empty without a sealer.
    private var sealed: [UInt8]
    private var compressor: Compressor
    private var summary: SnapshotSummary
    private var checksumOfAll: UInt32
    private var offset: Int
    private var isFinished = false

    /// Begins a snapshot in a directory that exists (`SnapshotCatalog.prepare`), sealed with the current one of `keys`.
    ///
    /// Fails with `disk` (one that is being written with the same `createdAt`, too) or `compressionFailed`.
    package init(
        disk: any Disk,
        directory: String,
        shardCount: Int,
        createdAt: Timestamp,
        keys: KeyRing = KeyRing()
    ) throws(SnapshotError) {
        let path = "\(directory)/\(SnapshotFiles.partialName(createdAt))"
        guard let compressor = Compressor() else { throw .compressionFailed }
        let seal = keys.seal(.snapshot)
        let summary = SnapshotSummary(shardCount: shardCount, createdAt: createdAt, label: seal?.label)
        let header = summary.header
        self.file = try onDisk { () throws(DiskError) in try disk.open(path, .creating) }
        self.disk = disk
        self.directory = directory
        self.partialPath = path
        self.header = header
        self.sealer = seal?.sealer
        self.sealed = [UInt8](repeating: 0, count: seal == nil ? 0 : Compressor.chunkBytes)
        self.compressor = compressor
        self.summary = summary
        self.checksumOfAll = CRC32C.checksum(header)
        self.offset = header.count
        let file = self.file
        try onDisk { () throws(DiskError) in try file.write(header, at: 0) }
    }

    deinit {
        if !self.isFinished { try? self.disk.remove(self.partialPath) }
    }

    /// The bytes written so far.
    package var bytesWritten: Int { self.offset }

    /// Adds a section that holds a part of the state at `position`; compresses it on the caller's thread.
    ///
    /// Fails with `disk` or `compressionFailed`; then the writer is to be dropped.
    package func add(
        kind: UInt8,
        shard: ShardID,
        position: JournalPosition,
        bytes: RawSpan
    ) throws(SnapshotError) {
        var section = SnapshotSection(
            index: self.summary.sectionCount,
            kind: kind,
            shard: shard,
            position: position,
            rawBytes: bytes.byteCount,
            offset: self.offset + SnapshotLayout.sectionHeaderBytes
        )
        // The content first: its size and checksum belong into the header before it.
        if let sealer = self.sealer {
            sealer.begin(UInt64(section.index), header: section.sealedHeader(in: self.header))
            var sealed: [UInt8] = []
            swap(&sealed, &self.sealed)
            defer { swap(&sealed, &self.sealed) }
            try self.compressor.compress(bytes, failure: SnapshotError.compressionFailed) {
                (piece) throws(SnapshotError) in
                sealer.seal(piece, into: &sealed)
                try self.write(unsafe sealed.span.bytes.extracting(first: piece.byteCount), &section)
            }
            let tag = sealer.finish()
            try self.write(unsafe tag.span.bytes, &section)
        } else {
            try self.compressor.compress(bytes, failure: SnapshotError.compressionFailed) {
                (piece) throws(SnapshotError) in try self.write(piece, &section)
            }
        }
        let header = section.header
        try onDisk { [offset = self.offset] () throws(DiskError) in try file.write(header, at: offset) }
        self.checksumOfAll = CRC32C.checksum(header, from: self.checksumOfAll)
        self.offset = section.offset + section.compressedBytes
        self.summary.position = section.index == 0 ? position : min(self.summary.position, position)
        self.summary.highest = max(self.summary.highest, position)
        self.summary.sectionCount += 1
    }

    /// Writes the next piece of a section's content.
    private func write(_ piece: RawSpan, _ section: inout SnapshotSection) throws(SnapshotError) {
        let offset = section.offset + section.compressedBytes
        try onDisk { () throws(DiskError) in try self.file.write(piece, at: offset) }
        section.contentChecksum = CRC32C.checksum(piece, from: section.contentChecksum)
        section.compressedBytes += piece.byteCount
    }

    /// Closes the snapshot: syncs the file, gives it its name, syncs the directory.
    ///
    /// To be called when the journal is synced up to the highest position added. Only when this returns may the journal
    /// up to the lowest be released.
    package func finish() throws(SnapshotError) -> SnapshotEntry {
        precondition(!self.isFinished, "a snapshot is finished once")
        self.summary.bytes = self.offset + SnapshotLayout.footerBytes
        let summary = self.summary
        let name = SnapshotFiles.name(summary.position)
        let path = "\(self.directory)/\(name)"
        let footer = summary.footer(checksumOfAll: self.checksumOfAll)
        try onDisk { () throws(DiskError) in
            try self.file.write(footer, at: self.offset)
            try self.file.sync()
            try self.disk.rename(self.partialPath, to: path)
            self.isFinished = true
            try self.disk.syncDirectory(self.directory)
        }
        return SnapshotEntry(
            file: name,
            path: path,
            position: summary.position,
            at: summary.createdAt,
            bytes: summary.bytes
        )
    }
}
