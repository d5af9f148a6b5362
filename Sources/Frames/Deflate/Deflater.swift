private import CZlib
package import NIOCore

/// Compresses messages for permessage-deflate (RFC 7692), each on its own.
///
/// No message refers to an earlier one, so one compressed frame serves every session whose window is large enough, and
/// one deflater serves an event loop. It belongs to that loop.
@safe package final class Deflater {
    /// The largest distance the output looks back is 2 to this power.
    package let windowBits: Int
    private let stream: UnsafeMutablePointer<z_stream>
    private var compressed = ByteBuffer()

    /// - Parameters:
    ///   - windowBits: 9 to 15.
    ///   - level: zlib's, 1 (fast) to 9 (small).
    ///   - memoryLevel: zlib's, 1 to 9. The hash table, cleared for each message, has 2^(memoryLevel + 7) entries: 555
    ///     bytes of JSON take 3.8 us at 5 and 5.3 us at 8, and come out as short up to 64 KiB.
    package init(windowBits: Int = 15, level: Int = 1, memoryLevel: Int = 5) {
        precondition((9...15).contains(windowBits) && (1...9).contains(level) && (1...9).contains(memoryLevel))
        guard let stream = unsafe czlib_deflater_make(CInt(level), CInt(windowBits), CInt(memoryLevel)) else {
            fatalError("no memory for a compressor")
        }
        self.windowBits = windowBits
        unsafe self.stream = stream
    }

    deinit { unsafe czlib_deflater_free(self.stream) }

    /// Writes a server's frame with this message, deflated where that makes it shorter.
    package func writeFrame(_ kind: MessageKind, payload: ByteBuffer, into frames: inout ByteBuffer) {
        self.compressed.clear()
        self.deflate(payload.readableBytesSpan, into: &self.compressed)
        let isShorter = self.compressed.readableBytes < payload.readableBytes
        frames.writeFrame(
            kind.opcode,
            payload: isShorter ? self.compressed : payload,
            isCompressed: isShorter
        )
        if self.compressed.capacity > Self.keptBytesMax { self.compressed = ByteBuffer() }
    }

    /// Writes the payload of a compressed message: raw deflate, flushed, without the flush's own four bytes.
    package func deflate(_ payload: RawSpan, into compressed: inout ByteBuffer) {
        unsafe deflateReset(self.stream)
        unsafe payload.withUnsafeBytes { input in
            unsafe self.stream.pointee.next_in = UnsafeMutablePointer(
                mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self)
            )
            unsafe self.stream.pointee.avail_in = UInt32(input.count)
            repeat {
                let wanted = max(64, Int(unsafe self.stream.pointee.avail_in) / 2)
                unsafe compressed.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { output in
                    unsafe self.stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    unsafe self.stream.pointee.avail_out = UInt32(output.count)
                    let status = unsafe CZlib.deflate(self.stream, Z_SYNC_FLUSH)
                    precondition(status == Z_OK || status == Z_BUF_ERROR, "the compressor's state is sound")
                    return output.count - Int(unsafe self.stream.pointee.avail_out)
                }
            } while unsafe self.stream.pointee.avail_out == 0
            unsafe self.stream.pointee.next_in = nil
        }
        compressed.moveWriterIndex(to: compressed.writerIndex - Self.flushBytes)
    }

    /// The empty stored block 00 00 FF FF that ends every flush and is not sent (RFC 7692 7.2.1).
    private static let flushBytes = 4
    /// A larger scratch buffer is not kept between messages.
    private static let keptBytesMax = 256 << 10
}
