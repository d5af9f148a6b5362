internal import NIOCore

/// A publish command whose id and marker are written over for each message; nothing else in it changes.
struct PublishTemplate {
    /// Ids of publishes count from here: ten digits in JSON, five bytes in Protobuf, and apart from those of the set-up.
    static let firstID: UInt32 = 1_000_000_000

    private(set) var payload: ByteBuffer
    private let encoding: Encoding
    private let idOffset: Int
    private let markerOffset: Int

    /// - Parameters:
    ///   - encoding: Of the command.
    ///   - channel: Where it publishes to.
    ///   - textBytes: The size of the text in the body; no less than a marker.
    init(encoding: Encoding, channel: String, textBytes: Int) {
        precondition(textBytes >= Marker.bytes, "a marker fits")
        var text = ByteBuffer(repeating: UInt8(ascii: "."), count: textBytes)
        var bytes = text.mutableReadableBytesSpan
        Marker(nanoseconds: 0, number: 0, stream: 0, publisher: 0).write(into: &bytes, at: 0)
        let payload = encoding.publish(id: Self.firstID, channel: channel, text: String(buffer: text))
        let whole = payload.readableBytesSpan
        guard let marker = Marker.find(in: whole, from: 0, to: whole.byteCount) else {
            preconditionFailure("the marker was just written")
        }
        self.payload = payload
        self.encoding = encoding
        self.markerOffset = marker
        // `{"id":` before it, or the length and the tag.
        self.idOffset = encoding == .json ? 6 : Self.varintBytes(payload) + 1
    }

    /// Makes this the command of the next message.
    mutating func write(_ marker: Marker) {
        let (encoding, idOffset, markerOffset) = (self.encoding, self.idOffset, self.markerOffset)
        var rest = Self.firstID &+ marker.number
        var bytes = self.payload.mutableReadableBytesSpan
        marker.write(into: &bytes, at: markerOffset)
        switch encoding {
        case .json:
            for digit in (0..<10).reversed() {
                bytes.storeBytes(
                    of: UInt8(ascii: "0") + UInt8(rest % 10),
                    toByteOffset: idOffset + digit,
                    as: UInt8.self
                )
                rest /= 10
            }
        case .protobuf:
            for index in 0..<5 {
                let byte = UInt8(truncatingIfNeeded: rest & 0x7F) | (index < 4 ? 0x80 : 0)
                bytes.storeBytes(of: byte, toByteOffset: idOffset + index, as: UInt8.self)
                rest >>= 7
            }
        }
    }

    private static func varintBytes(_ payload: ByteBuffer) -> Int {
        (payload.readableBytesView.firstIndex { $0 < 0x80 } ?? payload.readerIndex) - payload.readerIndex + 1
    }
}
