/// What a publication carries so that its delivery can be told apart: who sent it, where, which one, and when.
///
/// Text of 36 bytes that needs no escape in JSON, each digit one of `@A…O`, so that eight are read as one word:
/// ```
/// 0      4                 20        28        32       36
/// | ~sb~ | nanoseconds     | number  | stream  | publisher |
/// ```
package struct Marker: Equatable, Sendable {
    package static let bytes = 36
    package static let streamsMax = 1 << 16
    /// The first four bytes, as they lie in memory on a little-endian machine.
    private static let magic: UInt32 = 0x7E62_737E

    /// Of the monotonic clock; the time planned where a rate is held.
    package var nanoseconds: UInt64
    /// Counts one publisher's messages from 0.
    package var number: UInt32
    package var stream: UInt16
    package var publisher: UInt16

    package init(nanoseconds: UInt64, number: UInt32, stream: UInt16, publisher: UInt16) {
        self.nanoseconds = nanoseconds
        self.number = number
        self.stream = stream
        self.publisher = publisher
    }

    /// Whether a marker begins at `offset`.
    @inline(__always)
    package static func stands(at offset: Int, in bytes: RawSpan, end: Int) -> Bool {
        guard offset >= 0, offset &+ Self.bytes <= end else { return false }
        let word = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self)
        return UInt32(littleEndian: word) == Self.magic
    }

    /// The first marker between `start` and `end`.
    package static func find(in bytes: RawSpan, from start: Int, to end: Int) -> Int? {
        var offset = start
        while offset &+ Self.bytes <= end {
            if Self.stands(at: offset, in: bytes, end: end) { return offset }
            offset &+= 1
        }
        return nil
    }

    /// Reads the marker that `stands(at:in:end:)`.
    @inline(__always)
    package init(_ bytes: RawSpan, at offset: Int) {
        let high = Self.digits(bytes, offset &+ 4)
        let low = Self.digits(bytes, offset &+ 12)
        let last = Self.digits(bytes, offset &+ 28)
        self.nanoseconds = UInt64(high) &<< 32 | UInt64(low)
        self.number = Self.digits(bytes, offset &+ 20)
        self.stream = UInt16(truncatingIfNeeded: last &>> 16)
        self.publisher = UInt16(truncatingIfNeeded: last)
    }

    /// Writes the marker over the 36 bytes at `offset`.
    package func write(into bytes: inout MutableRawSpan, at offset: Int) {
        bytes.storeBytes(of: Self.magic.littleEndian, toByteOffset: offset, as: UInt32.self)
        Self.store(UInt32(truncatingIfNeeded: self.nanoseconds &>> 32), into: &bytes, at: offset + 4)
        Self.store(UInt32(truncatingIfNeeded: self.nanoseconds), into: &bytes, at: offset + 12)
        Self.store(self.number, into: &bytes, at: offset + 20)
        Self.store(UInt32(self.stream) &<< 16 | UInt32(self.publisher), into: &bytes, at: offset + 28)
    }

    /// Eight digits of four bits, joined pair by pair.
    @inline(__always)
    private static func digits(_ bytes: RawSpan, _ offset: Int) -> UInt32 {
        let word = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
        var value = UInt64(bigEndian: word) & 0x0F0F_0F0F_0F0F_0F0F
        value = (value | value &>> 4) & 0x00FF_00FF_00FF_00FF
        value = (value | value &>> 8) & 0x0000_FFFF_0000_FFFF
        return UInt32(truncatingIfNeeded: value | value &>> 16)
    }

    private static func store(_ number: UInt32, into bytes: inout MutableRawSpan, at offset: Int) {
        var value = UInt64(number)
        value = (value | value &<< 16) & 0x0000_FFFF_0000_FFFF
        value = (value | value &<< 8) & 0x00FF_00FF_00FF_00FF
        value = (value | value &<< 4) & 0x0F0F_0F0F_0F0F_0F0F
        bytes.storeBytes(of: (value | 0x4040_4040_4040_4040).bigEndian, toByteOffset: offset, as: UInt64.self)
    }
}
