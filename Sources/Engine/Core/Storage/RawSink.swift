/// Writes into room that is known to be large enough, little-endian, without looking at a buffer each time.
@safe
struct RawSink {
    private let room: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    /// Begins at the start of `room`; what would go beyond its end is a trap.
    init(_ room: UnsafeMutableRawBufferPointer) { unsafe self.room = room }

    @inline(__always)
    mutating func append<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number) {
        unsafe precondition(self.count + MemoryLayout<Number>.size <= self.room.count, "there is room")
        unsafe self.room.storeBytes(of: number.littleEndian, toByteOffset: self.count, as: Number.self)
        self.count += MemoryLayout<Number>.size
    }

    mutating func append(_ bytes: RawSpan) {
        unsafe precondition(self.count + bytes.byteCount <= self.room.count, "there is room")
        guard bytes.byteCount > 0 else { return }
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe UnsafeMutableRawBufferPointer(rebasing: self.room[self.count...]).copyMemory(from: bytes)
        }
        self.count += bytes.byteCount
    }

    mutating func append(_ text: String) {
        unsafe self.append(text.utf8Span.span.bytes)
    }
}
