internal import Compression
internal import Disks
internal import Primitives

/// A sealed segment as it is kept for restores: its bytes up to its last record, in one zstd frame.
///
/// ```
/// 0          8         12     16           24              32          40                 48                56       60
/// | SWBARCHV | version | zero | segment id | last position | raw bytes | compressed bytes | crc32c of these | zero … |
/// 64                                                                                          64 + compressed bytes
/// | zstd frame …                                                                              | crc32c of the frame |
/// ```
/// Little-endian; the header's checksum covers the 48 bytes before it.
struct ArchivedSegment: Equatable, Sendable {
    private static let magic = 0x5648_4352_4142_5753 as UInt64  // "SWBARCHV"
    private static let version: UInt32 = 1
    private static let headerBytes = 64
    private static let checksumOffset = 48
    /// No segment is larger: a damaged length never asks for more memory.
    private static let rawBytesMax = 1 << 30

    let id: SegmentID
    /// The last position in it, or one before the next segment's first.
    let lastPosition: JournalPosition

    /// The file's content: header, frame, checksum.
    func content(of raw: RawSpan) -> [UInt8]? {
        guard var compressor = Compressor() else { return nil }
        var content = [UInt8](repeating: 0, count: Self.headerBytes)
        do throws(CompressionFailure) {
            try compressor.compress(raw, failure: CompressionFailure()) { (piece) throws(CompressionFailure) in
                unsafe piece.withUnsafeBytes { unsafe content.append(contentsOf: $0) }
            }
        } catch {
            return nil
        }
        let frameBytes = content.count - Self.headerBytes
        content.putLittle(Self.magic, at: 0)
        content.putLittle(Self.version, at: 8)
        content.putLittle(self.id.rawValue, at: 16)
        content.putLittle(self.lastPosition.rawValue, at: 24)
        content.putLittle(UInt64(raw.byteCount), at: 32)
        content.putLittle(UInt64(frameBytes), at: 40)
        let header = CRC32C.checksum(unsafe content.span.bytes.extracting(first: Self.checksumOffset))
        content.putLittle(header, at: Self.checksumOffset)
        let frame = CRC32C.checksum(unsafe content.span.bytes.extracting(droppingFirst: Self.headerBytes))
        content.append(contentsOf: [0, 0, 0, 0])
        content.putLittle(frame, at: Self.headerBytes + frameBytes)
        return content
    }

    /// The segment's bytes; nil when the content is not as it was written.
    func raw(in content: RawSpan) -> [UInt8]? {
        guard content.byteCount >= Self.headerBytes + 4,
            content.littleUInt32(at: Self.checksumOffset)
                == CRC32C.checksum(content.extracting(first: Self.checksumOffset)),
            content.littleUInt64(at: 0) == Self.magic, content.littleUInt32(at: 8) == Self.version,
            content.littleUInt64(at: 16) == self.id.rawValue,
            content.littleUInt64(at: 24) == self.lastPosition.rawValue,
            let rawBytes = Int(exactly: content.littleUInt64(at: 32)), rawBytes <= Self.rawBytesMax,
            let frameBytes = Int(exactly: content.littleUInt64(at: 40)),
            content.byteCount == Self.headerBytes + frameBytes + 4
        else { return nil }
        let frame = content.extracting(Self.headerBytes..<Self.headerBytes + frameBytes)
        guard content.littleUInt32(at: Self.headerBytes + frameBytes) == CRC32C.checksum(frame),
            var decompressor = Decompressor(rawBytes: rawBytes), decompressor.take(frame)
        else { return nil }
        return decompressor.finish()
    }

    private struct CompressionFailure: Error {}
}

/// A segment out of the archive, in memory, where its file would be.
final class ArchivedSegmentFile: DiskFile {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func read(into target: inout MutableRawSpan, at offset: Int) throws(DiskError) -> Int {
        let start = min(max(0, offset), self.bytes.count)
        let count = min(target.byteCount, self.bytes.count - start)
        unsafe target.withUnsafeMutableBytes { target in
            unsafe self.bytes.withUnsafeBytes { bytes in
                unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<start + count]))
            }
        }
        return count
    }

    func size() throws(DiskError) -> Int { self.bytes.count }

    // What is archived is never changed.
    func write(_ bytes: RawSpan, at offset: Int) throws(DiskError) { throw .ioFailed(errno: 30, during: .write) }
    func truncate(to size: Int) throws(DiskError) { throw .ioFailed(errno: 30, during: .write) }
    func sync() throws(DiskError) {}
}
