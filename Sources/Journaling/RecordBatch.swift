package import Primitives

internal import Disks
internal import Sealing

/// Records laid out one after another, waiting for their positions and checksums.
///
/// Owned by one event loop, filled while it applies commands, handed to `Journal.append`, emptied and used again.
package struct RecordBatch: Sendable {
    /// The records as they go to disk, position and checksum still blank.
    private(set) var bytes: [UInt8] = []
    /// The number of records.
    package private(set) var count = 0
    /// Whether progress is to be told when the records are written, too, and not only when they are synced.
    package var reportsWritten = false
    /// Whether each body has room for its tag behind it.
    let isSealed: Bool

    /// An empty batch for a journal without keys.
    package init() { self.init(isSealed: false) }

    /// An empty batch; `Journal.newBatch` knows which.
    init(isSealed: Bool) { self.isSealed = isSealed }

    package var isEmpty: Bool { self.count == 0 }

    /// The size on disk.
    package var byteCount: Int { self.bytes.count }

    /// Adds a record whose body is `body`.
    package mutating func append(kind: UInt8, flags: UInt8 = 0, shard: ShardID, body: RawSpan) {
        unsafe body.withUnsafeBytes { unsafe self.append(kind: kind, flags: flags, shard: shard, body: $0) }
    }

    /// Adds a record whose body is `body`.
    package mutating func append(kind: UInt8, flags: UInt8 = 0, shard: ShardID, body: UnsafeRawBufferPointer) {
        self.appendHeader(kind: kind, flags: flags, shard: shard, bodyBytes: body.count)
        unsafe self.bytes.append(contentsOf: body)
        self.pad(bodyBytes: body.count)
    }

    /// Adds a record whose body of exactly `bodyBytes` bytes is written by `write`.
    package mutating func append(
        kind: UInt8,
        flags: UInt8 = 0,
        shard: ShardID,
        bodyBytes: Int,
        write: (inout OutputRawSpan) -> Void
    ) {
        self.appendHeader(kind: kind, flags: flags, shard: shard, bodyBytes: bodyBytes)
        let start = self.bytes.count
        self.bytes.append(contentsOf: repeatElement(0, count: bodyBytes))
        unsafe self.bytes.withUnsafeMutableBytes { buffer in
            let body = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[start...])
            var output = unsafe OutputRawSpan(buffer: body, initializedCount: 0)
            write(&output)
            let written = unsafe output.finalize(for: body)
            precondition(written == bodyBytes, "a record's body has the size that was announced")
        }
        self.pad(bodyBytes: bodyBytes)
    }

    /// Empties the batch, for the next tick.
    package mutating func removeAll(keepingCapacity: Bool = true) {
        self.bytes.removeAll(keepingCapacity: keepingCapacity)
        self.count = 0
        self.reportsWritten = false
    }

    private mutating func appendHeader(kind: UInt8, flags: UInt8, shard: ShardID, bodyBytes: Int) {
        precondition(bodyBytes <= RecordLayout.bodyBytesMax, "a record's body is at most 16 MiB")
        let words = (
            (UInt64(bodyBytes + self.tagBytes) << 32).littleEndian, UInt64(0),
            (UInt64(shard.rawValue) | UInt64(kind) << 16 | UInt64(flags) << 24).littleEndian
        )
        unsafe withUnsafeBytes(of: words) { unsafe self.bytes.append(contentsOf: $0) }
        self.count += 1
    }

    private var tagBytes: Int { self.isSealed ? Sealer.tagBytes : 0 }

    /// The room of the tag, and the padding.
    private mutating func pad(bodyBytes: Int) {
        let size = RecordLayout.recordBytes(bodyBytes: bodyBytes + self.tagBytes)
        let padding = size - RecordLayout.headerBytes - bodyBytes
        for _ in 0..<padding { self.bytes.append(0) }
    }
}
