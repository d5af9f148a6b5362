import NIOCore

/// Where a message lies in a `MessageArena`.
struct MessageRef: BitwiseCopyable, Equatable, Sendable {
    var chunk: UInt32 = 0
    var offset: UInt32 = 0
}

/// The stored messages of one shard, one behind the other in chunks.
///
/// Chunks grow from 4 KiB to 256 KiB, so that a shard with a few messages is small and one with many has few chunks.
/// What is freed leaves a hole; a chunk of nothing but holes goes at once, and `compact` empties those that are sparse.
struct MessageArena: Sendable {
    private static let chunkBytesMin = 4 << 10
    private static let chunkBytesMax = 256 << 10
    /// Holes smaller than this, over all, are left alone.
    private static let holeBytesMin = 1 << 20

    private struct Chunk: Sendable {
        var bytes = ContiguousArray<UInt8>()
        /// Bytes of messages that are there.
        var liveBytes = 0

        var room: Int { self.bytes.capacity - self.bytes.count }
        var isSparse: Bool { self.liveBytes > 0 && self.liveBytes * 2 <= self.bytes.count }
    }

    private var chunks: [Chunk] = []
    /// Chunks without a message, to be used again.
    private var vacant: [UInt32] = []
    /// The chunk that is being filled.
    private var open: UInt32?
    /// All bytes of messages that are there.
    private(set) var storedBytes = 0
    /// All bytes of messages that were freed, in chunks that are still there.
    private var holeBytes = 0

    /// The room of all chunks, bytes.
    var reservedBytes: Int { self.chunks.reduce(0) { $0 + $1.bytes.capacity } }

    /// Whether compacting would give back more than is left.
    var isSparse: Bool { self.holeBytes > self.storedBytes && self.holeBytes > Self.holeBytesMin }

    /// Keeps a copy of `message`, an encoded `StoredMessage` with its length in front.
    mutating func append(_ message: ByteBuffer) -> MessageRef {
        unsafe message.withUnsafeReadableBytes { bytes in unsafe self.append(bytes) }
    }

    private mutating func append(_ message: UnsafeRawBufferPointer) -> MessageRef {
        let needed = message.count + 4
        let number = self.chunk(withRoomFor: needed), chunk = Int(number)
        let offset = self.chunks[chunk].bytes.count
        unsafe withUnsafeBytes(of: UInt32(message.count).littleEndian) { length in
            unsafe self.chunks[chunk].bytes.append(contentsOf: length)
        }
        unsafe self.chunks[chunk].bytes.append(contentsOf: message)
        self.chunks[chunk].liveBytes += needed
        self.storedBytes += needed
        return MessageRef(chunk: number, offset: UInt32(offset))
    }

    private mutating func chunk(withRoomFor needed: Int) -> UInt32 {
        if let open, self.chunks[Int(open)].room >= needed { return open }
        let grown = min(Self.chunkBytesMin << min(self.chunks.count - self.vacant.count, 6), Self.chunkBytesMax)
        let number = self.vacant.popLast() ?? UInt32(self.chunks.count)
        if Int(number) == self.chunks.count { self.chunks.append(Chunk()) }
        self.chunks[Int(number)].bytes.reserveCapacity(max(grown, needed))
        self.open = number
        return number
    }

    /// Forgets a message; returns its bytes, its length in front left out.
    mutating func free(_ ref: MessageRef) -> Int {
        let bytes = unsafe self.withBytes(of: ref) { $0.count }, chunk = Int(ref.chunk)
        self.chunks[chunk].liveBytes -= bytes + 4
        self.storedBytes -= bytes + 4
        self.holeBytes += bytes + 4
        if self.chunks[chunk].liveBytes == 0 { self.vacate(ref.chunk) }
        return bytes
    }

    private mutating func vacate(_ number: UInt32) {
        self.holeBytes -= self.chunks[Int(number)].bytes.count
        self.chunks[Int(number)] = Chunk()
        self.vacant.append(number)
        if self.open == number { self.open = nil }
    }

    /// Begins to compact: returns which chunks are half holes or more.
    ///
    /// Each message in such a chunk is to be moved; the chunk goes with its last one.
    mutating func sparseChunks() -> [Bool] {
        self.open = nil
        return self.chunks.map(\.isSparse)
    }

    /// Puts a message elsewhere.
    mutating func move(_ ref: MessageRef) -> MessageRef {
        var copy = ByteBuffer()
        unsafe self.withBytes(of: ref) { bytes in _ = unsafe copy.writeBytes(bytes) }
        let moved = self.append(copy)
        _ = self.free(ref)
        return moved
    }

    /// Lends the bytes of one message to `body`.
    @inline(__always)
    func withBytes<Outcome>(of ref: MessageRef, _ body: (UnsafeRawBufferPointer) -> Outcome) -> Outcome {
        unsafe self.chunks[Int(ref.chunk)].bytes.withUnsafeBytes { chunk in
            let start = Int(ref.offset)
            let length = unsafe Int(UInt32(littleEndian: chunk.loadUnaligned(fromByteOffset: start, as: UInt32.self)))
            return unsafe body(UnsafeRawBufferPointer(rebasing: chunk[start + 4..<start + 4 + length]))
        }
    }
}
