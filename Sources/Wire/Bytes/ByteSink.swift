internal import NIOCore

/// Where a message is written: at first straight into a buffer's free space, and on the heap when that ends.
///
/// A `ByteBuffer` checks its storage's owner, its slice and its capacity at every write: a push with a body of 128 bytes
/// took 420 ns so in JSON and 670 ns in Protobuf. Here a write is one comparison and a copy, and it takes 145 and 115 ns.
@safe struct ByteSink: ~Copyable {
    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    private(set) var count = 0
    private var isSpilled = false

    fileprivate init(_ space: UnsafeMutableRawBufferPointer, orElse fallback: UnsafeMutableRawPointer) {
        unsafe self.base = space.baseAddress ?? fallback
        self.capacity = space.count
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        self.reserve(1)
        unsafe self.base.storeBytes(of: byte, toByteOffset: self.count, as: UInt8.self)
        self.count &+= 1
    }

    /// Bytes known when this is compiled.
    @inline(__always)
    mutating func append(_ literal: StaticString) {
        self.reserve(literal.utf8CodeUnitCount)
        unsafe (self.base + self.count).copyMemory(from: literal.utf8Start, byteCount: literal.utf8CodeUnitCount)
        self.count &+= literal.utf8CodeUnitCount
    }

    @inline(__always)
    mutating func append(_ bytes: RawSpan) {
        self.reserve(bytes.byteCount)
        unsafe bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            unsafe (self.base + self.count).copyMemory(from: start, byteCount: source.count)
        }
        self.count &+= bytes.byteCount
    }

    /// Text; it has a name of its own, for a literal would be taken for one.
    @inline(__always)
    mutating func append(text: String) { text.withRawSpan { self.append($0) } }

    /// `"name":` of a name that needs no escapes.
    @inline(__always)
    mutating func append(key name: StaticString) {
        let count = name.utf8CodeUnitCount
        self.reserve(count &+ 3)
        let start = unsafe self.base + self.count
        unsafe start.storeBytes(of: JSONText.quote, as: UInt8.self)
        unsafe (start + 1).copyMemory(from: name.utf8Start, byteCount: count)
        unsafe (start + 1 + count).storeBytes(of: JSONText.quote, as: UInt8.self)
        unsafe (start + 2 + count).storeBytes(of: UInt8(ascii: ":"), as: UInt8.self)
        self.count &+= count &+ 3
    }

    /// Adds bytes for the caller to `replace`, every one of them.
    @inline(__always)
    mutating func extend(by bytes: Int) {
        self.reserve(bytes)
        self.count &+= bytes
    }

    /// Sets a byte that was written before.
    @inline(__always)
    mutating func replace(at offset: Int, with byte: UInt8) {
        precondition(offset >= 0 && offset < self.count, "only what was written can be replaced")
        unsafe self.base.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
    }

    /// Moves everything from `offset` on by `extra` bytes, which are left for `replace`.
    mutating func insert(_ extra: Int, at offset: Int) {
        precondition(offset >= 0 && offset <= self.count && extra >= 0, "a gap lies within what was written")
        self.reserve(extra)
        let source = unsafe self.base + offset
        unsafe (source + extra).copyMemory(from: source, byteCount: self.count - offset)
        self.count += extra
    }

    /// Makes room for `bytes` more.
    @inline(__always)
    mutating func reserve(_ bytes: Int) {
        if bytes > self.capacity &- self.count { self.spill(bytes) }
    }

    @inline(never)
    private mutating func spill(_ bytes: Int) {
        let capacity = max(self.capacity * 2, self.count + bytes, 512)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        unsafe larger.copyMemory(from: self.base, byteCount: self.count)
        if self.isSpilled { unsafe self.base.deallocate() }
        unsafe self.base = larger
        self.capacity = capacity
        self.isSpilled = true
    }

    /// What was written on the heap, for the caller to release, or nil when all of it is in the space.
    fileprivate func spilled() -> UnsafeMutableRawBufferPointer? {
        self.isSpilled ? unsafe UnsafeMutableRawBufferPointer(start: self.base, count: self.count) : nil
    }
}

extension ByteBuffer {
    /// Appends what `body` writes; `expected` bytes are reserved for it beforehand.
    @inline(__always)
    mutating func writeSink(expecting expected: Int, _ body: (inout ByteSink) -> Void) {
        var spilled: UnsafeMutableRawBufferPointer?
        var nothing: UInt8 = 0
        unsafe withUnsafeMutableBytes(of: &nothing) { fallback in
            guard let fallback = fallback.baseAddress else { return }
            _ = unsafe self.writeWithUnsafeMutableBytes(minimumWritableBytes: expected) { space in
                var sink = unsafe ByteSink(space, orElse: fallback)
                body(&sink)
                unsafe spilled = sink.spilled()
                return unsafe spilled == nil ? sink.count : 0
            }
        }
        guard let heap = unsafe spilled else { return }
        unsafe self.writeBytes(UnsafeRawBufferPointer(heap))
        unsafe heap.deallocate()
    }
}

extension String {
    /// Lends the text's UTF-8.
    @inline(__always)
    func withRawSpan<Result>(_ body: (RawSpan) -> Result) -> Result {
        var text = self
        return text.withUTF8 { unsafe body(UnsafeRawBufferPointer($0).bytes) }
    }
}
