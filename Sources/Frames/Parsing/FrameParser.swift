package import NIOCore

/// Makes messages and control frames of a peer's bytes, however they were cut.
///
/// 1. `receive` takes what a read brought and unmasks all of it in place, in one pass. It comes before any slice is
///    handed out, for after that an in-place change would copy the whole buffer.
/// 2. `next` returns one event after the other, as slices of that buffer where a message came in one frame; nil means
///    that more bytes are needed.
/// 3. After an error the parser is of no more use.
///
/// Bounded by the limits, plus what one read brings. Text is checked as it comes in, so that bad UTF-8 is refused
/// before its frame is complete; a deflated message is inflated and checked when it is complete.
package struct FrameParser {
    /// The last cut frame's mask, while its payload is not all here.
    private struct Cut {
        var mask: UInt32
        /// Payload bytes unmasked so far.
        var phase: Int
        /// Payload bytes still to come.
        var missingBytes: Int
    }

    private let limits: FrameLimits
    private let sender: FrameHeader.Sender
    private let inflation: Inflation?
    /// What was received and not yet returned, from a frame's header on.
    private var pending = ByteBuffer()
    /// How much of `pending` the unmasking pass is done with.
    private var unmaskedBytes = 0
    private var cut: Cut?
    private var assembly = MessageAssembly()

    /// - Parameters:
    ///   - limits: How much is taken.
    ///   - inflation: How messages are inflated, where permessage-deflate was agreed on.
    ///   - sender: Who writes the bytes.
    package init(limits: FrameLimits = FrameLimits(), inflation: Inflation? = nil, sender: FrameHeader.Sender = .client)
    {
        self.limits = limits
        self.inflation = inflation
        self.sender = sender
    }

    /// Takes what a read brought.
    package mutating func receive(_ bytes: ByteBuffer) {
        if self.pending.readableBytes > 0, self.pending.readerIndex == 0 {
            self.pending.writeImmutableBuffer(bytes)
        } else {
            // A buffer of our own: the channel's read buffer stays with the channel, which keeps it for its next read,
            // and is larger than what is in it, while a message in the application's hands keeps this one alive.
            var own = ByteBuffer()
            own.reserveCapacity(minimumWritableBytes: self.pending.readableBytes + bytes.readableBytes)
            if self.pending.readableBytes > 0 { own.writeImmutableBuffer(self.pending) }
            own.writeImmutableBuffer(bytes)
            self.pending = own
        }
        if self.sender == .client { self.unmaskPending() }
    }

    /// The next event, or nil when more bytes are needed.
    package mutating func next() throws(FrameError) -> FrameEvent? {
        while let header = try FrameHeader.parse(self.pending.readableBytesSpan, from: self.sender) {
            try self.admit(header)
            guard self.pending.readableBytes - header.headerBytes >= header.payloadBytes else {
                if !header.opcode.isControl {
                    let arrived = self.pending
                    try self.assembly.look(at: arrived.readableBytesSpan, from: header.headerBytes, of: header)
                }
                return nil
            }
            if let event = try self.take(header) { return event }
        }
        // An idle connection holds no buffer.
        if self.pending.readableBytes == 0 { self.pending = ByteBuffer() }
        return nil
    }

    /// Refuses a frame that cannot stand here.
    private func admit(_ header: FrameHeader) throws(FrameError) {
        guard !header.opcode.isControl else { return }
        if header.opcode == .continuation {
            guard self.assembly.isOpen else { throw .strayContinuation }
            guard !header.isCompressed else { throw .reservedBits }
        } else {
            guard !self.assembly.isOpen else { throw .messageInterrupted }
            guard !header.isCompressed || self.inflation != nil else { throw .reservedBits }
        }
        guard header.payloadBytes <= self.limits.messageBytesMax - self.assembly.payloadBytes else {
            throw .messageTooLarge(bytesMax: self.limits.messageBytesMax)
        }
    }

    /// Takes a whole frame off; returns nil for a fragment that others follow.
    private mutating func take(_ header: FrameHeader) throws(FrameError) -> FrameEvent? {
        self.pending.moveReaderIndex(forwardBy: header.headerBytes)
        guard let payload = self.pending.readSlice(length: header.payloadBytes) else {
            preconditionFailure("the frame is whole")
        }
        self.unmaskedBytes -= header.headerBytes + header.payloadBytes
        switch header.opcode {
        case .ping: return .ping(payload)
        case .pong: return .pong(payload)
        case .close: return .close(try CloseFrame(payload: payload))
        case .continuation, .text, .binary:
            if header.isFinal, !self.assembly.hasBegun, !header.isCompressed {
                // Nearly every message: in one frame, which came in one read.
                if header.opcode == .text { try Self.requireUTF8(payload) }
                return .message(payload, header.opcode == .text ? .text : .binary)
            }
            guard let message = try self.assembly.add(payload, of: header) else { return nil }
            guard message.isCompressed, let inflation = self.inflation else {
                return .message(message.payload, message.kind)
            }
            let inflated = try inflation.inflate(message.payload, bytesMax: self.limits.inflatedBytesMax)
            if message.kind == .text { try Self.requireUTF8(inflated) }
            return .message(inflated, message.kind)
        }
    }

    private static func requireUTF8(_ text: ByteBuffer) throws(FrameError) {
        var validator = UTF8Validator()
        guard validator.consume(text.readableBytesSpan), validator.isComplete else { throw .notUTF8 }
    }

    /// Unmasks everything new.
    ///
    /// It stops at a header that is not whole or not valid: `next` gets there too, and refuses it.
    private mutating func unmaskPending() {
        let sender = self.sender
        var offset = self.unmaskedBytes
        var cut = self.cut
        var bytes = self.pending.mutableReadableBytesSpan
        while offset < bytes.byteCount {
            if var open = cut {
                let count = min(open.missingBytes, bytes.byteCount - offset)
                bytes.unmask(from: offset, count: count, mask: open.mask, phase: open.phase)
                offset += count
                open.phase += count
                open.missingBytes -= count
                cut = open.missingBytes > 0 ? open : nil
            } else {
                guard let header = try? FrameHeader.parse(bytes.bytes, at: offset, from: sender) else { break }
                offset += header.headerBytes
                cut = Cut(mask: header.mask, phase: 0, missingBytes: header.payloadBytes)
                if header.payloadBytes == 0 { cut = nil }
            }
        }
        self.unmaskedBytes = offset
        self.cut = cut
    }
}
