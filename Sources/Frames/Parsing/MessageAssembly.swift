internal import NIOCore

/// The message whose frames are coming in.
struct MessageAssembly {
    /// A message with all its frames, still deflated when it came so.
    struct Whole {
        let payload: ByteBuffer
        let kind: MessageKind
        let isCompressed: Bool
    }

    /// The payload of the frames so far.
    private var payload = ByteBuffer()
    /// Nil between messages.
    private var kind: MessageKind?
    private var isCompressed = false
    private var validator = UTF8Validator()
    /// How much of the frame now coming in the validator has seen.
    private var seenBytes = 0

    /// Whether a continuation is expected.
    var isOpen: Bool { self.kind != nil }

    /// Whether a frame or a part of one was looked at or added since the last message.
    var hasBegun: Bool { self.kind != nil || self.seenBytes > 0 }

    var payloadBytes: Int { self.payload.readableBytes }

    /// Looks at what has arrived of a frame's payload, which begins at `start`, to refuse bad text early.
    mutating func look(at arrived: RawSpan, from start: Int = 0, of header: FrameHeader) throws(FrameError) {
        let isText =
            self.kind.map { $0 == .text && !self.isCompressed } ?? (header.opcode == .text && !header.isCompressed)
        guard isText else { return }
        guard self.validator.consume(arrived, from: start + self.seenBytes) else { throw .notUTF8 }
        self.seenBytes = arrived.byteCount - start
    }

    /// Adds a whole frame; returns the message when it was the last.
    mutating func add(_ fragment: ByteBuffer, of header: FrameHeader) throws(FrameError) -> Whole? {
        try self.look(at: fragment.readableBytesSpan, of: header)
        self.seenBytes = 0
        let kind: MessageKind = self.kind ?? (header.opcode == .text ? .text : .binary)
        guard header.isFinal else {
            if self.kind == nil { self.isCompressed = header.isCompressed }
            self.kind = kind
            self.payload.writeImmutableBuffer(fragment)
            return nil
        }
        guard self.validator.isComplete else { throw .notUTF8 }
        guard self.kind != nil else {
            return Whole(payload: fragment, kind: kind, isCompressed: header.isCompressed)
        }
        self.payload.writeImmutableBuffer(fragment)
        defer {
            self.payload = ByteBuffer()
            self.kind = nil
            self.isCompressed = false
        }
        return Whole(payload: self.payload, kind: kind, isCompressed: self.isCompressed)
    }
}
