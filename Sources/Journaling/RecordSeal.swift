internal import Disks
internal import Primitives
internal import Sealing

/// Sealing and opening one record where it lies.
///
/// The checksum is taken over what is on disk: a torn tail is told from damage without a key, and what has a good
/// checksum and the wrong tag was changed by somebody.
enum RecordSeal {
    /// What is authenticated with the body: all of the header but the checksum.
    private static let header = RecordLayout.lengthOffset..<RecordLayout.headerBytes

    /// Seals the body of the record at `offset`, which has its position, and room for the tag.
    static func seal(_ bytes: inout MutableRawSpan, at offset: Int, with sealer: Sealer) {
        let record = Record(bytes.bytes, at: offset)
        sealer.seal(&bytes, header: record.header, body: record.body, number: record.position)
    }

    /// Opens the body of the record at `offset`.
    static func open(_ bytes: inout MutableRawSpan, at offset: Int, with opener: Opener) throws(SealingError) {
        let record = Record(bytes.bytes, at: offset)
        try opener.open(&bytes, header: record.header, body: record.body, number: record.position)
    }

    private struct Record {
        let header: Range<Int>
        let body: Range<Int>
        let position: UInt64

        init(_ bytes: RawSpan, at offset: Int) {
            let start = offset + RecordLayout.headerBytes
            self.header = offset + RecordSeal.header.lowerBound..<start
            self.body = start..<start + Int(bytes.littleUInt32(at: offset + RecordLayout.lengthOffset))
            self.position = bytes.littleUInt64(at: offset + RecordLayout.positionOffset)
        }
    }
}
