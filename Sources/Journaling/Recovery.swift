internal import Disks
internal import Primitives
internal import Sealing

/// Opening a journal: finds its segments, replays what is good, cuts a torn tail, refuses damage.
struct Recovery {
    let disk: any Disk
    let files: JournalFiles
    let configuration: JournalConfiguration
    /// The snapshot holds everything up to here.
    let after: JournalPosition
    /// Some of it holds more, up to here.
    let highest: JournalPosition

    /// What a journal starts from.
    struct Outcome {
        var writer: SegmentWriter
        var sealed: [SealedSegment]
        var spares: [String]
        var nextSpareNumber: UInt64
        var report: RecoveryReport
    }

    /// A segment that was found, and its first page.
    struct Found {
        let page: SegmentPage
        /// The size of the file.
        let bytes: Int
        /// Nil when the segment is plain.
        let opener: Opener?

        var file: any DiskFile { self.page.file }
        var header: SegmentHeader { self.page.header }
    }

    func run(replay: (RecordHeader, RawSpan) throws -> Void) throws(JournalError) -> Outcome {
        try self.prepareDirectory()
        let listing = try self.files.list(self.disk)
        var report = RecoveryReport()
        let chain = listing.chain
        let needed = try self.openNeeded(chain)
        var sealed = try self.freed(chain, needed: needed)
        var spares = try self.adoptSpares(listing)
        var number = listing.nextSpareNumber

        var last: (found: Found, end: SegmentScan.End)?
        for (index, found) in needed.enumerated() {
            let end = try self.scan(found, report: &report, replay: replay)
            guard !end.isForged else { throw .sealed(segment: found.header.id, offset: end.offset, .forged) }
            let successor = index + 1 < needed.count ? needed[index + 1].header : nil
            if let successor {
                guard end.position == successor.firstPosition else { throw self.damage(found, end) }
                sealed.append(
                    SealedSegment(
                        id: found.header.id,
                        lastPosition: end.position.previous,
                        segmentBytes: found.bytes
                    )
                )
            } else {
                last = (found, end)
            }
        }
        let reached = max(last?.end.position.previous ?? .zero, self.after)
        if let last, last.end.position <= self.highest { try self.checkStandIn(last.found, last.end) }
        guard reached >= self.highest else { throw .missing(first: reached.next, last: self.highest) }
        // Segments before a gap in the numbers were freed already.
        let leftovers = listing.segments.filter { id in !chain.contains(id) }
        try onDisk { () throws(DiskError) in
            for id in leftovers { try self.disk.remove(self.files.segment(id)) }
            // The newest segment may have got its name when the process was killed, and be promised to from now on.
            try self.disk.syncDirectory(self.files.directory)
        }

        let writer: SegmentWriter
        if let last, last.end.position > self.after {
            let marks = try self.secure(last.found, last.end, report: &report)
            if last.found.header.label == nil, self.configuration.keys.current == nil {
                writer = self.goOn(last.found, last.end, marks)
            } else {
                if let cut = try self.cut(last.found, last.end) { sealed.append(cut) }
                let spare = try self.spare(from: &spares, number: &number)
                writer = try self.goOnBehind(last.found, last.end, in: spare)
            }
        } else {
            // An empty directory, or a journal that ends before the snapshot does: it goes on behind the snapshot.
            if let last {
                sealed.append(
                    SealedSegment(
                        id: last.found.header.id,
                        lastPosition: self.after,
                        segmentBytes: last.found.bytes
                    )
                )
            }
            let id = chain.last?.next ?? SegmentID(rawValue: 1)
            let spare = try self.spare(from: &spares, number: &number)
            writer = try self.begin(id, at: self.after.next, in: spare)
        }
        report.last = writer.marks.newest?.position ?? self.after
        return Outcome(writer: writer, sealed: sealed, spares: spares, nextSpareNumber: number, report: report)
    }

    private func prepareDirectory() throws(JournalError) {
        try onDisk { () throws(DiskError) in
            try self.disk.ensureDirectory(self.files.directory)
        }
    }

    /// Opens the newest segments back to the one that holds the position after `after`, oldest first.
    private func openNeeded(_ chain: [SegmentID]) throws(JournalError) -> [Found] {
        var needed: [Found] = []
        for id in chain.reversed() {
            let found = try self.open(id, position: self.after.next)
            needed.append(found)
            if found.header.firstPosition <= self.after.next { return needed.reversed() }
        }
        if let oldest = needed.last {
            throw .missing(first: self.after.next, last: oldest.header.firstPosition.previous)
        }
        return []
    }

    private func open(_ id: SegmentID, position: JournalPosition) throws(JournalError) -> Found {
        let file = try onDisk { () throws(DiskError) in try self.disk.open(self.files.segment(id), .writing) }
        guard let page = try onDisk({ () throws(DiskError) in try SegmentPage(of: file, id) })
        else { throw .damaged(segment: id, offset: 0, position: position) }
        let bytes = try onDisk { () throws(DiskError) in try file.size() }
        return Found(page: page, bytes: bytes, opener: try page.header.opener(self.configuration.keys))
    }

    /// The segments before the needed ones: whole behind the snapshot, never read, to be released.
    private func freed(_ chain: [SegmentID], needed: [Found]) throws(JournalError) -> [SealedSegment] {
        guard let oldest = needed.first?.header else { return [] }
        var freed: [SealedSegment] = []
        for id in chain where id < oldest.id {
            let size = try onDisk { () throws(DiskError) in
                try self.disk.open(self.files.segment(id), .reading).size()
            }
            // An upper bound is enough: it is released no later than its successor could be.
            freed.append(
                SealedSegment(id: id, lastPosition: oldest.firstPosition.previous, segmentBytes: size)
            )
        }
        return freed
    }

    private func scan(
        _ found: Found,
        report: inout RecoveryReport,
        replay: (RecordHeader, RawSpan) throws -> Void
    ) throws(JournalError) -> SegmentScan.End {
        try found.page.scan(found.opener).run { (header, _, body) throws(JournalError) in
            guard header.position > self.after else { return }
            do {
                try replay(header, body)
            } catch {
                throw .replayRefused(position: header.position)
            }
            report.replayedRecords += 1
            report.replayedBytes += header.bodyBytes
        }
    }

    /// Makes the newest segment end with its last good record, durably: refuses damage below its mark, cuts what is torn
    /// above it.
    private func secure(
        _ found: Found,
        _ end: SegmentScan.End,
        report: inout RecoveryReport
    ) throws(JournalError) -> MarkSlots {
        let slots = try self.checkMark(found, end)
        report.foundDamagedMark = !slots.damagedSlots.isEmpty
        if end.isTorn {
            report.tornTail = TornTail(segment: found.header.id, offset: end.offset, position: end.position)
        }
        var marks = slots
        try onDisk { () throws(DiskError) in
            // A record behind the torn one may be whole, and would come back once a new one of the torn one's size is
            // written before it: so the rest becomes zeros, before anything is written.
            try Self.zero(found.file, end.offset..<found.header.segmentBytes)
            // What was replayed may be in the kernel only: the process was killed, or died of a failed sync, after which
            // the kernel takes the pages for clean. Written again and synced, it counts as synced from here on.
            try Self.rewrite(found.file, (slots.newest?.offset ?? SegmentLayout.recordsOffset)..<end.offset)
            try found.file.sync()
            let mark = SyncedMark(position: end.position.previous, offset: end.offset)
            try found.file.write(mark.sector(in: found.header.id), at: marks.advance(to: mark))
            try found.file.sync()
        }
        return marks
    }

    /// Goes on in the newest segment.
    private func goOn(_ found: Found, _ end: SegmentScan.End, _ marks: MarkSlots) -> SegmentWriter {
        SegmentWriter(
            disk: self.disk,
            files: self.files,
            segmentBytes: self.configuration.segmentBytes,
            file: found.file,
            header: found.header,
            marks: marks,
            offset: end.offset
        )
    }

    /// The mark of the newest segment, when its good records reach it.
    private func checkMark(_ found: Found, _ end: SegmentScan.End) throws(JournalError) -> MarkSlots {
        let slots = found.page.marks
        guard let mark = slots.newest else {
            throw .damaged(
                segment: found.header.id,
                offset: SegmentLayout.markOffset(slot: 0),
                position: found.header.firstPosition
            )
        }
        guard end.position > mark.position, end.offset >= mark.offset else { throw self.damage(found, end) }
        return slots
    }

    /// A snapshot stands in for records that cannot be read, but not for what was synced behind it: that is behind the
    /// damage, and must not be passed over.
    private func checkStandIn(_ found: Found, _ end: SegmentScan.End) throws(JournalError) {
        guard let mark = found.page.marks.newest,
            mark.position < end.position || mark.position <= self.after
        else { throw self.damage(found, end) }
    }

    private func damage(_ found: Found, _ end: SegmentScan.End) -> JournalError {
        .damaged(segment: found.header.id, offset: end.offset, position: end.position)
    }

    /// Writes bytes over themselves, so that the next sync takes them along.
    private static func rewrite(_ file: any DiskFile, _ range: Range<Int>) throws(DiskError) {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let bytes = try file.read(count: min(1 << 20, range.upperBound - offset), at: offset)
            guard !bytes.isEmpty else { return }
            try file.write(bytes, at: offset)
            offset += bytes.count
        }
    }

    /// Writes zeros where there are other bytes; a segment that was never recycled is only read.
    static func zero(_ file: any DiskFile, _ range: Range<Int>) throws(DiskError) {
        var window = [UInt8](repeating: 0, count: min(1 << 20, range.count))
        var offset = range.lowerBound
        while offset < range.upperBound {
            let count = min(window.count, range.upperBound - offset)
            let taken = try file.read(into: &window, at: offset)
            let isZero = unsafe window.span.bytes.extracting(first: min(taken, count)).isZero
            if taken < count || !isZero { try file.writeZeros(offset..<offset + count) }
            offset += count
        }
    }

    private func adoptSpares(_ listing: JournalFiles.Listing) throws(JournalError) -> [String] {
        var spares: [String] = []
        let pool = SparePool(disk: self.disk, files: self.files, self.configuration)
        try onDisk { () throws(DiskError) in
            for number in listing.partials { try self.disk.remove(self.files.partial(number)) }
            for number in listing.spares {
                let path = self.files.spare(number)
                let size = try self.disk.open(path, .reading).size()
                if size == self.configuration.segmentBytes, spares.count < self.configuration.sparesMax,
                    try pool.isUsable(path)
                {
                    spares.append(path)
                } else {
                    try self.disk.remove(path)
                }
            }
        }
        return spares
    }

    /// A spare that is there, or a new one.
    private func spare(from spares: inout [String], number: inout UInt64) throws(JournalError) -> String {
        if let spare = spares.first {
            spares.removeFirst()
            return spare
        }
        let pool = SparePool(disk: self.disk, files: self.files, self.configuration)
        defer { number += 1 }
        let made = try onDisk { [number] () throws(DiskError) in try pool.make(number: number) { false } }
        return made ?? self.files.spare(number)
    }

    /// Begins a segment.
    func begin(
        _ id: SegmentID,
        at first: JournalPosition,
        in spare: String
    ) throws(JournalError) -> SegmentWriter {
        try onDisk { () throws(DiskError) in
            try SegmentWriter(
                beginning: id,
                at: first,
                in: spare,
                on: self.disk,
                files: self.files,
                configuration: self.configuration
            )
        }
    }
}
