internal import Frames
internal import Messenger
internal import NIOCore
internal import Primitives
internal import Wire

extension MicroCase {
    static let decoding = [
        MicroCase(
            name: "decode-json",
            unit: "a publish command in a frame of its own, sixteen to a read",
            operations: FrameDecoding.commandCount,
            rounds: 64
        ) { () throws(MicroError) in FrameDecoding(.json) },
        MicroCase(
            name: "decode-protobuf",
            unit: "a publish command in a frame of its own, sixteen to a read",
            operations: FrameDecoding.commandCount,
            rounds: 64
        ) { () throws(MicroError) in FrameDecoding(.protobuf) },
        MicroCase(
            name: "decode-http",
            unit: "the body of a POST of one message",
            operations: 1,
            rounds: 512
        ) { () throws(MicroError) in RequestDecoding() },
    ]
}

/// From the bytes of one read to commands.
private final class FrameDecoding: MicroWork {
    static let commandCount = 16

    private let read: ByteBuffer
    private let decoder: CommandDecoder
    private var parser = FrameParser()
    private var commands: [Command] = []
    private var count = 0

    init(_ encoding: WireEncoding) {
        self.decoder = CommandDecoder(encoding)
        var read = ByteBuffer()
        for id in 1...UInt8(Self.commandCount) {
            read.writeMaskedFrame(
                encoding == .json ? .text : .binary,
                payload: encoding == .json ? Self.jsonCommand(id) : Self.protobufCommand(id),
                mask: 0x3D21_FA37
            )
        }
        self.read = read
    }

    private static func jsonCommand(_ id: UInt8) -> ByteBuffer {
        ByteBuffer(string: #"{"id":\#(id),"publish":{"channel":"\#(Sample.channel)","data":\#(Sample.body(128))}}"#)
    }

    private static func protobufCommand(_ id: UInt8) -> ByteBuffer {
        let request = Self.field(1, Sample.channel) + Self.field(2, Sample.body(128))
        let command = [1 << 3, id] + Self.field(UInt8(Verb.publish.rawValue), request)
        return ByteBuffer(bytes: Self.varint(command.count) + command)
    }

    private static func field(_ number: UInt8, _ text: String) -> [UInt8] { Self.field(number, Array(text.utf8)) }

    private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [number << 3 | 2] + Self.varint(bytes.count) + bytes
    }

    private static func varint(_ number: Int) -> [UInt8] {
        number < 0x80 ? [UInt8(number)] : [UInt8(number & 0x7F | 0x80), UInt8(number >> 7)]
    }

    func round() throws(MicroError) {
        self.parser.receive(self.read)
        do throws(FrameError) {
            while let event = try self.parser.next() {
                guard case .message(let payload, _) = event else { continue }
                try self.decode(payload)
            }
        } catch {
            throw .refused("\(error)")
        }
    }

    private func decode(_ payload: ByteBuffer) throws(FrameError) {
        do throws(WireError) {
            try self.decoder.decode(payload, into: &self.commands)
        } catch {
            throw .notUTF8
        }
        for command in self.commands {
            if case .publish(_, .some) = command.verb { self.count += 1 }
        }
        self.commands.removeAll(keepingCapacity: true)
    }

    func verify(rounds: Int) throws(MicroError) {
        guard self.count == rounds * Self.commandCount else { throw .undone("\(self.count) commands") }
    }
}

/// From the body of a request to a message that may be published.
private final class RequestDecoding: MicroWork {
    private let body = ByteBuffer(string: #"{"to":"\#(Sample.channel)","body":\#(Sample.body(128)),"key":"k-0001"}"#)
    private let known = MessageDraft.fieldNames + ["to"]
    private let limits = Limits()
    private var count = 0

    func round() throws(MicroError) {
        let fields: JSONFields
        do throws(JSONFieldError) {
            fields = try JSONFields(self.body, known: self.known)
            guard try fields.string("to") != nil else { throw .missing("to") }
        } catch {
            throw .refused("\(error)")
        }
        do throws(MessageDraftError) {
            if try MessageDraft(fields, limits: self.limits).key != nil { self.count += 1 }
        } catch {
            throw .refused("\(error)")
        }
    }

    func verify(rounds: Int) throws(MicroError) {
        guard self.count == rounds else { throw .undone("\(self.count) messages") }
    }
}
