import NIOCore
import Primitives

@testable import Frames

/// Bytes of words of hexadecimal digits.
func hex(_ text: String) -> ByteBuffer {
    let digits = text.filter { !$0.isWhitespace }
    var buffer = ByteBuffer()
    var rest = digits[...]
    while !rest.isEmpty {
        buffer.writeInteger(UInt8(rest.prefix(2), radix: 16) ?? 0)
        rest = rest.dropFirst(2)
    }
    return buffer
}

/// A client's frame.
func masked(
    _ opcode: Opcode,
    _ payload: String,
    isFinal: Bool = true,
    mask: UInt32 = 0x3D21_FA37
) -> ByteBuffer {
    masked(opcode, ByteBuffer(string: payload), isFinal: isFinal, mask: mask)
}

func masked(
    _ opcode: Opcode,
    _ payload: ByteBuffer,
    isFinal: Bool = true,
    isCompressed: Bool = false,
    mask: UInt32 = 0x3D21_FA37
) -> ByteBuffer {
    var frame = ByteBuffer()
    frame.writeMaskedFrame(opcode, payload: payload, mask: mask, isFinal: isFinal, isCompressed: isCompressed)
    return frame
}

func joined(_ frames: ByteBuffer...) -> ByteBuffer {
    var all = ByteBuffer()
    for frame in frames { all.writeImmutableBuffer(frame) }
    return all
}

/// What came of a stream: its events, and the error it ended with.
struct Outcome: Equatable {
    var events: [FrameEvent] = []
    var error: FrameError?

    /// Adds what the parser has to say now.
    mutating func drain(_ parser: inout FrameParser) {
        guard self.error == nil else { return }
        do throws(FrameError) {
            while let event = try parser.next() { self.events.append(event) }
        } catch {
            self.error = error
        }
    }

    /// Parses a stream that arrives in these pieces.
    static func of(_ pieces: [ByteBuffer], _ parser: FrameParser = FrameParser()) -> Outcome {
        var parser = parser
        var outcome = Outcome()
        for piece in pieces where outcome.error == nil {
            parser.receive(piece)
            outcome.drain(&parser)
        }
        return outcome
    }
}

extension ByteBuffer {
    /// Two pieces, cut after so many bytes.
    func cut(after count: Int) -> [ByteBuffer] {
        var rest = self
        let first = rest.readSlice(length: count) ?? ByteBuffer()
        return [first, rest]
    }

    /// Pieces of one byte each.
    var singleBytes: [ByteBuffer] { self.readableBytesView.map { ByteBuffer(bytes: [$0]) } }
}
