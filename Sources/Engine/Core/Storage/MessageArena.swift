import NIOCore

/// Where a message lies in a `MessageArena`.
struct MessageRef: BitwiseCopyable, Equatable, Sendable {
    var chunk: UInt32 = 0
    var offset: UInt32 = 0
}

/// The stored messages of one shard, one behind the other in chunks.
///
/// Chunks grow from 4 KiB to 256 KiB, so that a shard with a few messages is small and one with many has few chunks.
struct MessageArena: Sendable {
    private static let chunkBytesMin = 4 << 10
    private static let chunkBytesMax = 256 << 10

    private var chunks: [ContiguousArray<UInt8>] = []
    /// All bytes of messages.
    private(set) var storedBytes = 0

    /// Keeps a copy of `message`, an encoded `StoredMessage` with its length in front.
    mutating func append(_ message: ByteBuffer) -> MessageRef {
        let needed = message.readableBytes + 4
        if self.chunks.last.map({ $0.capacity - $0.count < needed }) ?? true {
            let grown = min(Self.chunkBytesMin << min(self.chunks.count, 6), Self.chunkBytesMax)
            var chunk = ContiguousArray<UInt8>()
            chunk.reserveCapacity(max(grown, needed))
            self.chunks.append(chunk)
        }
        let chunk = self.chunks.count - 1
        let offset = self.chunks[chunk].count
        unsafe withUnsafeBytes(of: UInt32(message.readableBytes).littleEndian) { length in
            unsafe self.chunks[chunk].append(contentsOf: length)
        }
        unsafe message.withUnsafeReadableBytes { bytes in unsafe self.chunks[chunk].append(contentsOf: bytes) }
        self.storedBytes += needed
        return MessageRef(chunk: UInt32(chunk), offset: UInt32(offset))
    }

    /// Lends the bytes of one message to `body`.
    @inline(__always)
    func withBytes<Result>(of ref: MessageRef, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe self.chunks[Int(ref.chunk)].withUnsafeBytes { chunk in
            let start = Int(ref.offset)
            let length = unsafe Int(UInt32(littleEndian: chunk.loadUnaligned(fromByteOffset: start, as: UInt32.self)))
            return unsafe body(UnsafeRawBufferPointer(rebasing: chunk[start + 4..<start + 4 + length]))
        }
    }
}
