/// How messages are written on one connection.
package enum WireEncoding: UInt8, Hashable, Sendable, CaseIterable {
    /// Text frames: one JSON object a line.
    case json
    /// Binary frames: Protobuf messages, each after its length as a varint.
    case protobuf
}
