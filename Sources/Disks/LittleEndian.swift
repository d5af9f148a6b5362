// Numbers in files are little-endian, wherever they are written.

extension RawSpan {
    /// The two-byte number at `offset`.
    @inlinable
    package func littleUInt16(at offset: Int) -> UInt16 {
        unsafe UInt16(littleEndian: self.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// The four-byte number at `offset`.
    @inlinable
    package func littleUInt32(at offset: Int) -> UInt32 {
        unsafe UInt32(littleEndian: self.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The eight-byte number at `offset`.
    @inlinable
    package func littleUInt64(at offset: Int) -> UInt64 {
        unsafe UInt64(littleEndian: self.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Whether every byte is zero.
    package var isZero: Bool {
        var offset = 0
        while offset + 8 <= self.byteCount {
            guard self.littleUInt64(at: offset) == 0 else { return false }
            offset += 8
        }
        while offset < self.byteCount {
            guard unsafe self.unsafeLoad(fromByteOffset: offset, as: UInt8.self) == 0 else { return false }
            offset += 1
        }
        return true
    }
}

extension [UInt8] {
    /// Writes a number over the bytes at `offset`.
    @inlinable
    package mutating func putLittle<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number, at offset: Int) {
        precondition(offset + MemoryLayout<Number>.size <= self.count, "a number lies inside its bytes")
        unsafe self.withUnsafeMutableBytes { bytes in
            unsafe bytes.storeBytes(of: number.littleEndian, toByteOffset: offset, as: Number.self)
        }
    }
}
