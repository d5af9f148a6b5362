internal import Frames
internal import NIOCore
internal import Primitives

/// What all connections of a run have in common; it belongs to their event loop.
final class ClientProfile {
    let encoding: Encoding
    /// The streams' addresses; a stream's number is its place here.
    let channels: [String]
    let upgradeRequest: ByteBuffer
    let deflater: Deflater?
    private let inflater: Inflater?
    private var masks = SystemRandomNumberGenerator()
    private var mask: UInt64
    private var batch: [Delivery] = []

    init(server: ServerAddress, encoding: Encoding, isCompressing: Bool, channels: [String]) {
        self.encoding = encoding
        self.channels = channels
        self.deflater = isCompressing ? Deflater() : nil
        self.inflater = isCompressing ? Inflater() : nil
        self.mask = self.masks.next()
        var request = "GET /connection/websocket HTTP/1.1\r\nHost: \(server.authority)\r\nUpgrade: websocket\r\n"
        request += "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \(Self.key)\r\n"
        if encoding == .protobuf { request += "Sec-WebSocket-Protocol: centrifuge-protobuf\r\n" }
        if isCompressing {
            request += "Sec-WebSocket-Extensions: permessage-deflate; "
            request += "server_no_context_takeover; client_no_context_takeover\r\n"
        }
        self.upgradeRequest = ByteBuffer(string: request + "\r\n")
    }

    /// Another mask each time, by xorshift: no proxy stands between that a mask must protect.
    func nextMask() -> UInt32 {
        self.mask ^= self.mask << 13
        self.mask ^= self.mask >> 7
        self.mask ^= self.mask << 17
        return UInt32(truncatingIfNeeded: self.mask)
    }

    /// An empty array with the room of the last one, until `giveBack`.
    func takeBatch() -> [Delivery] {
        var batch: [Delivery] = []
        swap(&batch, &self.batch)
        return batch
    }

    func giveBack(_ batch: consuming [Delivery]) {
        batch.removeAll(keepingCapacity: true)
        self.batch = batch
    }

    func inflate(_ bytes: ByteBuffer, _ payload: Range<Int>) throws(BenchError) -> ByteBuffer {
        guard let inflater = self.inflater,
            let slice = bytes.getSlice(at: bytes.readerIndex + payload.lowerBound, length: payload.count)
        else { throw .badFrame("a compressed one, though compression was not agreed on") }
        do throws(FrameError) {
            return try inflater.inflate(slice, bytesMax: Self.inflatedBytesMax, keepsContext: false)
        } catch {
            throw .badFrame("\(error)")
        }
    }

    /// One key for all: it only proves that the server read the request.
    private static let key = "c3dpdGNoYm9hcmQtYmVuYw=="
    static let acceptValue = Array(HandshakeRequest.acceptValue(key: ClientProfile.key).utf8)
    private static let inflatedBytesMax = 64 << 20
}
