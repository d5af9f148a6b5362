private import CZlib
package import NIOCore

/// Inflates messages of permessage-deflate (RFC 7692), never to more than a bound.
///
/// One inflater serves all connections of an event loop whose clients begin each message afresh; a client that refers
/// to its earlier messages needs one of its own (about 40 KiB with the largest window).
@safe package final class Inflater {
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Parameter windowBits: 8 to 15; no less than what the compressor uses.
    package init(windowBits: Int = 15) {
        precondition((8...15).contains(windowBits))
        guard let stream = unsafe czlib_inflater_make(CInt(windowBits)) else {
            fatalError("no memory for a decompressor")
        }
        unsafe self.stream = stream
    }

    deinit { unsafe czlib_inflater_free(self.stream) }

    /// Inflates one message.
    ///
    /// - Parameters:
    ///   - compressed: A compressed message's payload.
    ///   - bytesMax: The bound on what is returned.
    ///   - keepsContext: Whether this message may refer to the last one this inflater saw.
    /// - Returns: The message.
    /// - Throws: `corruptDeflate`, or `inflatedTooLarge` as soon as the bound is passed.
    package func inflate(
        _ compressed: ByteBuffer,
        bytesMax: Int,
        keepsContext: Bool
    ) throws(FrameError) -> ByteBuffer {
        if !keepsContext { unsafe inflateReset(self.stream) }
        var message = ByteBuffer()
        message.reserveCapacity(min(max(256, compressed.readableBytes * 4), bytesMax + 1))
        let ended = try self.run(compressed.readableBytesSpan, into: &message, bytesMax: bytesMax)
        // A sender may end the message with a last block and leave the flush's bytes out for good (7.2.3.4).
        if !ended { _ = try unsafe self.run(Self.flush.span.bytes, into: &message, bytesMax: bytesMax) }
        // 128: the stream stands between two blocks; anything else is a message cut off.
        let standsBetweenBlocks = unsafe self.stream.pointee.data_type & 128 != 0
        guard ended || standsBetweenBlocks else { throw .corruptDeflate }
        return message
    }

    /// The empty stored block's end that every flush ends with and the sender leaves out.
    private static let flush: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]

    /// Inflates all of `input`; returns whether its last byte ended the last block of a stream.
    private func run(
        _ input: RawSpan,
        into message: inout ByteBuffer,
        bytesMax: Int
    ) throws(FrameError) -> Bool {
        unsafe try input.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws(FrameError) -> Bool in
            unsafe self.stream.pointee.next_in = UnsafeMutablePointer(
                mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            )
            unsafe self.stream.pointee.avail_in = UInt32(bytes.count)
            defer { unsafe self.stream.pointee.next_in = nil }
            while true {
                let status = self.step(into: &message, bytesMax: bytesMax)
                guard status == Z_OK || status == Z_BUF_ERROR || status == Z_STREAM_END else { throw .corruptDeflate }
                guard message.readableBytes <= bytesMax else { throw .inflatedTooLarge(bytesMax: bytesMax) }
                if status == Z_STREAM_END {
                    unsafe czlib_inflater_resume(self.stream)
                    if unsafe self.stream.pointee.avail_in == 0 { return true }
                } else if unsafe self.stream.pointee.avail_out > 0 {
                    return false
                }
            }
        }
    }

    /// Fills the room in `message`, after making some: at most one byte more than the bound.
    private func step(into message: inout ByteBuffer, bytesMax: Int) -> CInt {
        let roomMax = bytesMax + 1 - message.readableBytes
        let wanted = min(max(256, message.readableBytes), roomMax)
        var status: CInt = Z_OK
        unsafe message.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { output in
            let room = min(output.count, roomMax)
            unsafe self.stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
            unsafe self.stream.pointee.avail_out = UInt32(room)
            status = unsafe CZlib.inflate(self.stream, Z_SYNC_FLUSH)
            return room - Int(unsafe self.stream.pointee.avail_out)
        }
        return status
    }
}
