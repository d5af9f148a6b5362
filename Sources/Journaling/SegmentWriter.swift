internal import Disks
internal import Primitives
internal import Sealing

/// A segment that nothing more is written to.
struct SealedSegment: Equatable, Sendable {
    let id: SegmentID
    let lastPosition: JournalPosition
    let segmentBytes: Int
}

/// The newest segment, and the disk's part of a commit.
///
/// Touched by one thread: the writer's, or the caller's of a journal that is stepped.
struct SegmentWriter {
    /// What a commit tells on its way.
    enum Event {
        case written(JournalPosition)
        case synced(JournalPosition)
        case sealed(SealedSegment)
    }

    let disk: any Disk
    let files: JournalFiles
    let segmentBytes: Int
    let keys: KeyRing
    private(set) var file: any DiskFile
    private(set) var header: SegmentHeader
    /// What seals the records of this segment; nil when they are plain.
    private var sealer: Sealer?
    private(set) var marks: MarkSlots
    /// The end of the last record.
    private(set) var offset: Int

    /// Goes on in a plain segment.
    init(
        disk: any Disk,
        files: JournalFiles,
        segmentBytes: Int,
        file: any DiskFile,
        header: SegmentHeader,
        marks: MarkSlots,
        offset: Int
    ) {
        precondition(header.label == nil, "a sealed segment is written by nobody but who began it")
        self.disk = disk
        self.files = files
        self.segmentBytes = segmentBytes
        self.keys = KeyRing()
        self.file = file
        self.header = header
        self.marks = marks
        self.offset = offset
    }

    /// Begins a segment in a spare file, whose path becomes the segment's.
    init(
        beginning id: SegmentID,
        at first: JournalPosition,
        in spare: String,
        on disk: any Disk,
        files: JournalFiles,
        configuration: JournalConfiguration
    ) throws(DiskError) {
        let seal = configuration.keys.seal(.segment)
        let header = SegmentHeader(
            id: id,
            firstPosition: first,
            segmentBytes: configuration.segmentBytes,
            label: seal?.label
        )
        self.disk = disk
        self.files = files
        self.segmentBytes = configuration.segmentBytes
        self.keys = configuration.keys
        self.file = try Self.begin(header, from: spare, on: disk, files: files)
        self.header = header
        self.sealer = seal?.sealer
        self.marks = MarkSlots(new: header)
        self.offset = SegmentLayout.recordsOffset
    }

    /// Writes and syncs records, rolling into spare segments as needed.
    mutating func commit(
        _ records: inout [UInt8],
        first: JournalPosition,
        takeSpare: () -> String,
        tell: (Event) -> Void
    ) throws(DiskError) {
        var from = 0
        var position = first
        while true {
            let room = self.header.segmentBytes - self.offset
            let fitting = RecordLayout.fittingBytes(in: unsafe records.span.bytes, from: from, room: room)
            if fitting > 0 {
                let range = from..<from + fitting
                position = RecordLayout.complete(
                    &records,
                    range,
                    first: position,
                    segment: self.header.id,
                    sealer: self.sealer
                )
                try self.file.write(unsafe records.span.bytes.extracting(range), at: self.offset)
                tell(.written(position.previous))
                try self.file.sync()
                self.offset += fitting
                from += fitting
                try self.mark(position.previous)
                tell(.synced(position.previous))
            }
            guard from < records.count else { return }
            tell(.sealed(try self.roll(into: takeSpare(), first: position)))
        }
    }

    /// Makes the mark durable by itself.
    func syncMark() throws(DiskError) { try self.file.sync() }

    /// Writes, and does not sync, how far the segment is synced.
    private mutating func mark(_ position: JournalPosition) throws(DiskError) {
        let mark = SyncedMark(position: position, offset: self.offset)
        try self.file.write(mark.sector(in: self.header.id), at: self.marks.advance(to: mark))
    }

    /// Goes on in a spare segment.
    ///
    /// The one before is synced to its last record, and its successor's existence says so.
    private mutating func roll(into spare: String, first: JournalPosition) throws(DiskError) -> SealedSegment {
        let seal = self.keys.seal(.segment)
        let header = SegmentHeader(
            id: self.header.id.next,
            firstPosition: first,
            segmentBytes: self.segmentBytes,
            label: seal?.label
        )
        let sealed = SealedSegment(
            id: self.header.id,
            lastPosition: first.previous,
            segmentBytes: self.header.segmentBytes
        )
        self.file = try Self.begin(header, from: spare, on: self.disk, files: self.files)
        self.header = header
        self.sealer = seal?.sealer
        self.marks = MarkSlots(new: header)
        self.offset = SegmentLayout.recordsOffset
        return sealed
    }

    /// Turns a spare file into the segment of `header`, durably: its name appears only when its header is on disk.
    private static func begin(
        _ header: SegmentHeader,
        from spare: String,
        on disk: any Disk,
        files: JournalFiles
    ) throws(DiskError) -> any DiskFile {
        let file = try disk.open(spare, .writing)
        try file.write(SegmentLayout.firstPage(header), at: 0)
        try file.sync()
        try disk.rename(spare, to: files.segment(header.id))
        try disk.syncDirectory(files.directory)
        return file
    }
}
