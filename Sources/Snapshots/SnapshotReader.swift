package import Disks
internal import Compression
internal import Primitives
package import Sealing

/// Reads a snapshot; nothing that is not as it was written is ever given out.
///
/// Opening checks everything but the contents of the sections; `read` checks the section it reads. May be used from
/// several threads.
package struct SnapshotReader: Sendable {
    package let path: String
    package let summary: SnapshotSummary
    /// The sections, in the order of the file.
    package let sections: [SnapshotSection]
    private let file: any DiskFile
    private let header: [UInt8]
    private let keys: KeyRing

    /// Opens a snapshot and checks its header, its footer, and the headers of its sections.
    ///
    /// `keys` open its contents when they are sealed; without the right one everything else can be read.
    ///
    /// Fails with `disk`, `damaged` or `unsupportedVersion`.
    package init(disk: any Disk, path: String, keys: KeyRing = KeyRing()) throws(SnapshotError) {
        let file = try onDisk { () throws(DiskError) in try disk.open(path, .reading) }
        let size = try onDisk { () throws(DiskError) in try file.size() }
        let header = try Self.read(file, SnapshotLayout.headerBytes, at: 0)
        var summary = try SnapshotSummary(header: header)
        let footerOffset = max(SnapshotLayout.headerBytes, size - SnapshotLayout.footerBytes)
        let footer = try Self.read(file, SnapshotLayout.footerBytes, at: footerOffset)
        guard let checksumOfAll = summary.read(footer: footer, fileBytes: size) else {
            throw .damaged(.footer, offset: footerOffset)
        }
        var checksum = CRC32C.checksum(header)
        var sections: [SnapshotSection] = []
        var offset = SnapshotLayout.headerBytes
        for index in 0..<summary.sectionCount {
            let start = offset + SnapshotLayout.sectionHeaderBytes
            let bytes = try Self.read(file, SnapshotLayout.sectionHeaderBytes, at: offset)
            guard let section = SnapshotSection(header: bytes, index: index, offset: start),
                section.compressedBytes <= footerOffset - start
            else { throw .damaged(.sectionHeader(index), offset: offset) }
            checksum = CRC32C.checksum(bytes, from: checksum)
            sections.append(section)
            offset = start + section.compressedBytes
        }
        guard offset == footerOffset, checksum == checksumOfAll else {
            throw .damaged(.footer, offset: footerOffset)
        }
        self.path = path
        self.summary = summary
        self.sections = sections
        self.file = file
        self.header = header
        self.keys = keys
    }

    /// Why the contents cannot be opened; nil when they are plain, or their key is there.
    package var refusal: SealingError? { self.summary.label.flatMap(self.keys.refusal) }

    /// The bytes of a section, as they were given to the writer.
    ///
    /// Fails with `disk`, `damaged` or `sealed`.
    package func read(_ section: SnapshotSection) throws(SnapshotError) -> [UInt8] {
        var sealed = try self.onSeal(0) { () throws(SealingError) in try self.sealedContent(of: section) }
        guard var decompressor = Decompressor(rawBytes: section.rawBytes) else { throw .compressionFailed }
        var isFrame = true
        try self.check(section) { piece in
            sealed.take(piece) { isFrame = isFrame && decompressor.take($0) }
        }
        try self.onSeal(section.offset) { () throws(SealingError) in try sealed.finish() }
        guard isFrame, let bytes = decompressor.finish() else {
            throw .damaged(.section(section.index), offset: section.offset)
        }
        return bytes
    }

    /// Checks every byte; with `decompressing` also that each section is what was sealed, and a whole frame of the right
    /// size.
    ///
    /// Without it the cost is that of reading the file.
    package func verify(decompressing: Bool = true) throws(SnapshotError) {
        for section in self.sections {
            if decompressing {
                _ = try self.read(section)
            } else {
                try self.check(section) { _ in }
            }
        }
    }

    /// Reads a section's content piece by piece; fails at its end when the checksum is wrong.
    private func check(_ section: SnapshotSection, _ body: (RawSpan) -> Void) throws(SnapshotError) {
        var window = [UInt8](repeating: 0, count: min(Compressor.chunkBytes, section.compressedBytes))
        var done = 0
        var checksum: UInt32 = 0
        while done < section.compressedBytes {
            let offset = section.offset + done
            let taken = try onDisk { () throws(DiskError) in try self.file.read(into: &window, at: offset) }
            let count = min(taken, section.compressedBytes - done)
            guard count > 0 else { break }
            let piece = unsafe window.span.bytes.extracting(first: count)
            checksum = CRC32C.checksum(piece, from: checksum)
            body(piece)
            done += count
        }
        guard done == section.compressedBytes, checksum == section.contentChecksum else {
            throw .damaged(.section(section.index), offset: section.offset)
        }
    }

    private func sealedContent(of section: SnapshotSection) throws(SealingError) -> SectionContent {
        guard let label = self.summary.label else { return SectionContent() }
        return SectionContent(
            section,
            header: section.sealedHeader(in: self.header),
            opener: try self.keys.open(label, .snapshot)
        )
    }

    /// Runs work on what is sealed at `offset`.
    private func onSeal<Outcome>(
        _ offset: Int,
        _ work: () throws(SealingError) -> Outcome
    ) throws(SnapshotError) -> Outcome {
        do {
            return try work()
        } catch {
            throw .sealed(file: self.path, offset: offset, error)
        }
    }

    /// Up to `count` bytes; fewer at the file's end, which no checksum passes.
    private static func read(_ file: any DiskFile, _ count: Int, at offset: Int) throws(SnapshotError) -> [UInt8] {
        try onDisk { () throws(DiskError) in try file.read(count: count, at: offset) }
    }
}
