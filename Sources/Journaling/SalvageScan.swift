internal import Disks
internal import Primitives
internal import Sealing

/// Finds the whole records behind a damage, for the report of what a repair gives up; they are never served.
///
/// Where a record cannot be read its length is not known, so every multiple of 8 bytes is tried as a beginning. What is
/// found has a position that can stand there, a length that fits and the right checksum.
struct SalvageScan {
    let file: any DiskFile
    let segment: SegmentID
    /// Bytes of the file that are looked at.
    let range: Range<Int>
    /// The lowest position that may be there; zero when that is not known.
    let lowest: JournalPosition

    let seal: Seal

    /// Whether the bodies can be read.
    enum Seal {
        case plain
        case open(Opener)
        case closed
    }

    /// Gives each record to `body`, or to `onSealed` when its body cannot be opened, in order; returns the end of the last one, or the start of the range.
    ///
    /// Holds the whole range in memory: a segment at most.
    func run(
        _ body: (RecordHeader, RawSpan) -> Void,
        onSealed: (RecordHeader) -> Void
    ) throws(JournalError) -> Int {
        let bytes = try onDisk { () throws(DiskError) in
            try self.file.read(count: self.range.count, at: self.range.lowerBound)
        }
        let span = unsafe bytes.span.bytes, salt = RecordLayout.salt(of: self.segment)
        var next = max(1, self.lowest.rawValue), offset = 0, end = 0
        while offset + RecordLayout.headerBytes <= bytes.count {
            let rest = span.extracting(droppingFirst: offset), header = RecordHeader(rest)
            let size = RecordLayout.recordBytes(bodyBytes: header.bodyBytes)
            guard header.position.rawValue >= next, header.bodyBytes <= RecordLayout.lengthMax,
                size <= rest.byteCount,
                rest.littleUInt32(at: 0) == CRC32C.checksum(rest.extracting(4..<size), from: salt)
            else {
                offset += 8
                continue
            }
            self.give(rest.extracting(first: size), header, body, onSealed)
            next = header.position.next.rawValue
            offset += size
            end = offset
        }
        return self.range.lowerBound + end
    }

    private func give(
        _ record: RawSpan,
        _ header: RecordHeader,
        _ body: (RecordHeader, RawSpan) -> Void,
        _ onSealed: (RecordHeader) -> Void
    ) {
        let start = RecordLayout.headerBytes
        switch self.seal {
        case .plain: body(header, record.extracting(start..<start + header.bodyBytes))
        case .closed: onSealed(header)
        case .open(let opener):
            var bytes = unsafe record.withUnsafeBytes { unsafe Array($0) }
            do throws(SealingError) {
                var elements = bytes.mutableSpan
                var raw = unsafe elements.mutableBytes
                try RecordSeal.open(&raw, at: 0, with: opener)
            } catch {
                return onSealed(header)
            }
            let opened = RecordHeader(unsafe bytes.span.bytes, tagBytes: Sealer.tagBytes)
            body(opened, unsafe bytes.span.bytes.extracting(start..<start + opened.bodyBytes))
        }
    }
}
