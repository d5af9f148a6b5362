internal import Engine
internal import Frames
internal import NIOCore
internal import Wire

extension MicroCase {
    static let encoding = [
        ("encode-json", FrameVariant.json), ("encode-protobuf", .protobuf), ("encode-json-deflated", .jsonDeflated),
        ("encode-protobuf-deflated", .protobufDeflated),
    ].map { name, variant in
        MicroCase(
            name: name,
            unit: "a publication with a body of 256 bytes, in its frame",
            operations: 1,
            rounds: 512
        ) { () throws(MicroError) in PublicationEncoding(variant) }
    }
}

/// From a message's bytes to a frame, in buffers that are used again.
private final class PublicationEncoding: MicroWork {
    private let encoder: ReplyEncoder
    private let deflater: Deflater?
    private let body = ByteBuffer(string: Sample.body(256))
    private let channel = ByteBuffer(string: Sample.channel)
    private let user = ByteBuffer(string: "user:4711")
    private let client = ByteBuffer(string: "0123456789abcdef01234567")
    private let tags = ByteBuffer()
    private var payload = ByteBuffer()
    private var frames = ByteBuffer()
    private var bytes = 0

    init(_ variant: FrameVariant) {
        self.encoder = ReplyEncoder(variant.isProtobuf ? .protobuf : .json)
        self.deflater = variant.isDeflated ? Deflater() : nil
    }

    func round() throws(MicroError) {
        let body = self.body, channel = self.channel, user = self.user, client = self.client, tags = self.tags
        self.encoder.appendPublication(
            data: body.readableBytesSpan,
            channel: channel.readableBytesSpan,
            user: user.readableBytesSpan,
            client: client.readableBytesSpan,
            offset: 1_234,
            tags: tags.readableBytesSpan,
            time: 1_790_000_000_000,
            to: &self.payload
        )
        let isText = self.encoder.encoding == .json
        if let deflater = self.deflater {
            deflater.writeFrame(isText ? .text : .binary, payload: self.payload, into: &self.frames)
        } else {
            self.frames.writeFrame(isText ? .text : .binary, payload: self.payload)
        }
        self.bytes += self.frames.readableBytes
        self.payload.clear()
        self.frames.clear()
    }

    func verify(rounds: Int) throws(MicroError) {
        let bytes = self.bytes / rounds
        // Deflated, the frame is shorter than the body alone, whose sentence comes back.
        guard self.deflater == nil ? bytes > 300 : (50..<300).contains(bytes) else { throw .undone("\(bytes) bytes") }
    }
}
