internal import Disks
internal import Primitives

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

    /// Gives each record to `body`, in order; returns the end of the last one, or the start of the range.
    ///
    /// Holds the whole range in memory: a segment at most.
    func run(_ body: (RecordHeader, RawSpan) -> Void) throws(JournalError) -> Int {
        let bytes = try onDisk { () throws(DiskError) in
            try self.file.read(count: self.range.count, at: self.range.lowerBound)
        }
        let span = unsafe bytes.span.bytes, salt = RecordLayout.salt(of: self.segment)
        var next = max(1, self.lowest.rawValue), offset = 0, end = 0
        while offset + RecordLayout.headerBytes <= bytes.count {
            let rest = span.extracting(droppingFirst: offset), header = RecordHeader(rest)
            let size = RecordLayout.recordBytes(bodyBytes: header.bodyBytes)
            guard header.position.rawValue >= next, header.bodyBytes <= RecordLayout.bodyBytesMax,
                size <= rest.byteCount,
                rest.littleUInt32(at: 0) == CRC32C.checksum(rest.extracting(4..<size), from: salt)
            else {
                offset += 8
                continue
            }
            let start = RecordLayout.headerBytes
            body(header, rest.extracting(start..<start + header.bodyBytes))
            next = header.position.next.rawValue
            offset += size
            end = offset
        }
        return self.range.lowerBound + end
    }
}
