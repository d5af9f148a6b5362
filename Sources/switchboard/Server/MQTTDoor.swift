import Logging
import NIOCore
import NIOPosix

/// The MQTT port of a version that has no MQTT yet: it answers each CONNECT by "server unavailable", and closes.
///
/// So a device is told what is the case, in its own protocol (MQTT 3.1.1 section 3.2.2.3, MQTT 5 section 3.2.2.2), and
/// comes again later.
struct MQTTDoor {
    private let channel: any Channel

    /// Opens the port; port 0 takes a free one.
    static func open(_ endpoint: Endpoint, on group: any EventLoopGroup) async throws -> MQTTDoor {
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        IdleStateHandler(readTimeout: .seconds(10)),
                        MQTTRefusal()
                    )
                }
            }
            .bind(host: endpoint.host, port: endpoint.port)
            .get()
        return MQTTDoor(channel: channel)
    }

    /// Where it is.
    var endpoint: Endpoint? {
        guard let address = self.channel.localAddress, let host = address.ipAddress, let port = address.port
        else { return nil }
        return Endpoint(host: host, port: port)
    }

    func close() { self.channel.close(promise: nil) }
}

/// Waits for a CONNECT as far as its protocol level, and refuses it.
private final class MQTTRefusal: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The fixed header, the protocol's name and its level take no more.
    private static let headBytesMax = 16

    private var head = ByteBuffer()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        self.head.writeBuffer(&bytes)
        guard let level = Self.level(in: self.head) else {
            if self.head.readableBytes >= Self.headBytesMax { context.close(promise: nil) }
            return
        }
        // CONNACK: 5.0 has the reason 0x88 and no properties, earlier ones the return code 3.
        let refusal: [UInt8] = level == 5 ? [0x20, 3, 0, 0x88, 0] : [0x20, 2, 0, 3]
        let channel = context.channel
        context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(bytes: refusal))).whenComplete { _ in
            channel.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) { context.close(promise: nil) }

    /// The protocol level of a CONNECT, or nil when it has not come.
    private static func level(in head: ByteBuffer) -> UInt8? {
        var bytes = head
        guard bytes.readInteger(as: UInt8.self) == 0x10 else { return nil }
        // The remaining length: up to four bytes, of which all but the last have the high bit.
        while let byte = bytes.readInteger(as: UInt8.self), byte >= 0x80 {}
        guard let nameBytes = bytes.readInteger(as: UInt16.self), bytes.readSlice(length: Int(nameBytes)) != nil
        else { return nil }
        return bytes.readInteger(as: UInt8.self)
    }
}
