internal import Frames
internal import NIOCore

/// Cuts a server's bytes into messages where they lie: a whole frame is neither copied nor checked for UTF-8.
///
/// Frames' own parser does both, as a server must; a load generator that shares its cores with the server must not.
struct ServerFrames {
    /// One message, or a control frame.
    struct Frame {
        let opcode: Opcode
        let isCompressed: Bool
        /// Where its payload lies in what `next` was given.
        let payload: Range<Int>
    }

    /// The beginning of a frame whose rest is to come.
    private var cut = ByteBuffer()

    /// Joins what a read brought to what the last one left over; the caller walks the result with `next` and `keep`s the rest.
    mutating func join(_ bytes: ByteBuffer) -> ByteBuffer {
        guard self.cut.readableBytes > 0 else { return bytes }
        var joined = ByteBuffer()
        swap(&joined, &self.cut)
        joined.writeImmutableBuffer(bytes)
        return joined
    }

    /// The next whole frame at `offset`, which moves past it; nil when it is not whole.
    static func next(_ bytes: RawSpan, at offset: inout Int) throws(BenchError) -> Frame? {
        let parsed: FrameHeader?
        do throws(FrameError) {
            parsed = try FrameHeader.parse(bytes, at: offset, from: .server)
        } catch {
            throw .badFrame("\(error)")
        }
        guard let header = parsed, bytes.byteCount - offset - header.headerBytes >= header.payloadBytes else {
            return nil
        }
        guard header.isFinal, header.opcode != .continuation else { throw .badFrame("a fragmented message") }
        let start = offset + header.headerBytes
        offset = start + header.payloadBytes
        return Frame(opcode: header.opcode, isCompressed: header.isCompressed, payload: start..<offset)
    }

    /// Keeps what is left of a frame that is not whole.
    mutating func keep(_ bytes: ByteBuffer, from offset: Int) {
        guard offset < bytes.readableBytes else { return }
        self.cut.writeBytes(bytes.readableBytesView.dropFirst(offset))
    }
}
