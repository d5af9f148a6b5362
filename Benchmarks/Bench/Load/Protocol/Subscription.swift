internal import NIOCore
internal import Wire

/// Where a stream stands when a session begins to follow it, and what a session that comes back has missed.
package struct Subscription: Equatable, Sendable {
    package private(set) var offset: UInt64 = 0
    package private(set) var epoch = ""
    package private(set) var isRecovered = false
    /// What was missed, in order; publications without a marker have an empty one.
    package private(set) var missed: [Delivery] = []

    init() {}

    /// Reads the result of a subscribe.
    init(_ json: inout JSONScanner) throws(JSONError) {
        try json.beginObject()
        while let key = try json.nextKey() {
            switch key {
            case "offset": self.offset = try json.unsigned()
            case "epoch": self.epoch = try json.string()
            case "recovered": self.isRecovered = try json.boolean()
            case "publications":
                try json.beginArray()
                while try json.nextElement() { self.missed.append(try Self.publication(&json)) }
            default: try json.skip()
            }
        }
    }

    private static func publication(_ json: inout JSONScanner) throws(JSONError) -> Delivery {
        var (marker, offset): (Marker?, UInt64) = (nil, 0)
        try json.beginObject()
        while let key = try json.nextKey() {
            switch key {
            case "offset": offset = try json.unsigned()
            case "data": marker = Self.marker(try json.raw())
            default: try json.skip()
            }
        }
        return Delivery(marker: marker ?? .none, offset: offset)
    }

    private static func marker(_ data: ByteBuffer) -> Marker? {
        let bytes = data.readableBytesSpan
        return Marker.find(in: bytes, from: 0, to: bytes.byteCount).map { Marker(bytes, at: $0) }
    }
}

/// The same of Protobuf.
extension Subscription {
    init(_ bytes: RawSpan, _ result: ProtobufScanner.Field) {
        self.offset = SetupReply.number(9, in: result, bytes)
        self.epoch = SetupReply.text(6, in: result, bytes)
        self.isRecovered = SetupReply.number(8, in: result, bytes) != 0
        var index = result.start
        while let field = ProtobufScanner.field(bytes, &index, result.end) {
            if field.number == 7 { self.missed.append(Self.publication(bytes, field)) }
        }
    }

    private static func publication(_ bytes: RawSpan, _ publication: ProtobufScanner.Field) -> Delivery {
        var (marker, index): (Marker?, Int) = (nil, publication.start)
        while let field = ProtobufScanner.field(bytes, &index, publication.end) {
            guard field.number == 4 else { continue }
            marker = Marker.find(in: bytes, from: field.start, to: field.end).map { Marker(bytes, at: $0) }
        }
        return Delivery(marker: marker ?? .none, offset: SetupReply.number(6, in: publication, bytes))
    }
}

extension Marker {
    /// Of a publication that the bench did not send.
    package static let none = Marker(nanoseconds: 0, number: .max, stream: .max, publisher: .max)
}
