package import NIOCore

/// Reads the commands of one frame.
package struct CommandDecoder: Sendable {
    package let encoding: WireEncoding

    package init(_ encoding: WireEncoding) { self.encoding = encoding }

    /// Appends every command of a frame's payload, or none: the whole frame is read before the first is carried out.
    ///
    /// - Parameters:
    ///   - frame: The payload of one WebSocket message; bodies of commands are slices of it.
    ///   - commands: Where they go; as it was when this throws.
    /// - Throws: What is wrong with the frame; the connection then ends with `DisconnectCode.badRequest`.
    package func decode(_ frame: ByteBuffer, into commands: inout [Command]) throws(WireError) {
        let count = commands.count
        do throws(WireError) {
            switch self.encoding {
            case .json: try JSONCommandReader(frame: frame).read(into: &commands)
            case .protobuf: try ProtobufCommandReader(frame: frame).read(into: &commands)
            }
            guard commands.count > count else { throw .emptyFrame }
        } catch {
            commands.removeSubrange(count...)
            throw error
        }
    }
}
