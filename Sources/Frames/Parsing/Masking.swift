extension MutableRawSpan {
    /// Masks or unmasks `count` bytes from `start` in place, eight at a time.
    ///
    /// - Parameters:
    ///   - start: The first byte's offset.
    ///   - count: How many bytes, all inside the span.
    ///   - mask: The mask's four bytes as they lie in memory.
    ///   - phase: How many bytes of the payload came before.
    package mutating func unmask(from start: Int, count: Int, mask: UInt32, phase: Int = 0) {
        precondition(start >= 0 && count >= 0 && start <= self.byteCount - count, "the bytes lie inside the span")
        let rotation = UInt32(phase & 3) * 8
        let little = UInt32(littleEndian: mask)
        let rotated = little >> rotation | little << ((32 - rotation) & 31)
        let word = UInt64(rotated) << 32 | UInt64(rotated)
        unsafe self.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            unsafe xorWords(base + start, count: count, word: word)
        }
    }
}

/// The loop alone, over plain pointers: the compiler makes vectors of it.
private func xorWords(_ bytes: UnsafeMutableRawPointer, count: Int, word: UInt64) {
    let stored = word.littleEndian
    var offset = 0
    while offset &+ 8 <= count {
        let masked = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        unsafe bytes.storeBytes(of: masked ^ stored, toByteOffset: offset, as: UInt64.self)
        offset &+= 8
    }
    var rest = word
    while offset < count {
        let masked = unsafe bytes.load(fromByteOffset: offset, as: UInt8.self)
        unsafe bytes.storeBytes(of: masked ^ UInt8(truncatingIfNeeded: rest), toByteOffset: offset, as: UInt8.self)
        rest >>= 8
        offset &+= 1
    }
}
