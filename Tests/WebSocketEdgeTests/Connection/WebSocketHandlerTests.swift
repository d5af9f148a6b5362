import Engine
import Frames
import NIOCore
import NIOEmbedded
import Testing

@testable import WebSocketEdge

@Suite("WebSocket handler")
struct WebSocketHandlerTests {
    @Test("Bytes that came with the request's head are read at once")
    func leftover() throws {
        let embedded = try Embedded(leftover: masked(.text, "early"))
        #expect(embedded.probe.notes == [.opened, .received("early"), .readCompleted])
    }

    @Test("All messages of a read are handed over before the read is complete")
    func gathersReads() throws {
        let embedded = try Embedded()
        try embedded.receive(joined(masked(.text, "1"), masked(.text, "2"), masked(.text, "3", isFinal: false)))
        try embedded.receive(masked(.ping))
        try embedded.receive(masked(.continuation, "4"))
        #expect(
            embedded.probe.notes
                == [.opened, .received("1"), .received("2"), .readCompleted, .received("34"), .readCompleted]
        )
    }

    @Test("Pings are answered, pongs passed on, answers keep their order")
    func pings() throws {
        var embedded = try Embedded { connection, text in connection.send(ByteBuffer(string: text), as: .text) }
        try embedded.receive(joined(masked(.text, "a"), masked(.ping, "b"), masked(.text, "c"), masked(.pong, "d")))
        #expect(
            try embedded.sent() == [
                .message(ByteBuffer(string: "a"), .text), .pong(ByteBuffer(string: "b")),
                .message(ByteBuffer(string: "c"), .text),
            ]
        )
        #expect(embedded.probe.notes.contains(.pong("d")))
        embedded.probe.connection?.ping(ByteBuffer(string: "e"))
        #expect(try embedded.sent() == [.ping(ByteBuffer(string: "e"))])
    }

    @Test("The peer's close is answered, told once, and the socket shut down")
    func peerCloses() throws {
        var embedded = try Embedded()
        try embedded.receive(joined(masked(.text, "last"), closeFrame(4001, "enough")))
        #expect(try embedded.sent() == [.close(CloseFrame(code: CloseCode(rawValue: 4001)))])
        #expect(embedded.probe.notes == [.opened, .received("last"), .readCompleted, .closed(4001)])
        #expect(!embedded.channel.isActive)
    }

    @Test("An error is answered with its code")
    func peerErrs() throws {
        var embedded = try Embedded()
        try embedded.receive(masked(.text, ByteBuffer(repeating: 0x61, count: 1_001)))
        #expect(try embedded.sent() == [.close(CloseFrame(code: .tooLarge))])
        #expect(embedded.probe.notes == [.opened, .closed(1009)])
    }

    @Test("Closing sends a close frame, refuses what comes later, and waits for the peer's answer")
    func closes() throws {
        var embedded = try Embedded()
        let connection = try #require(embedded.probe.connection)
        connection.close(CloseCode(rawValue: 3001), reason: "shutdown")
        #expect(embedded.probe.notes == [.opened], "never from within the call")
        embedded.channel.embeddedEventLoop.run()
        #expect(embedded.probe.notes == [.opened, .closed(3001)])
        #expect(connection.send(ByteBuffer(string: "late"), as: .text) == .closed)
        #expect(connection.outlet.write(ByteBuffer(string: "late")) == .closed)
        connection.close(.normal)
        #expect(try embedded.sent() == [.close(CloseFrame(code: CloseCode(rawValue: 3001), reason: "shutdown"))])
        #expect(embedded.channel.isActive)
        try embedded.receive(joined(masked(.text, "ignored"), closeFrame(3001)))
        #expect(!embedded.channel.isActive)
        #expect(embedded.probe.notes == [.opened, .closed(3001)])
    }

    @Test("A peer that does not answer a close frame is cut off after the time-out")
    func closeTimeout() throws {
        let embedded = try Embedded()
        embedded.probe.connection?.close(.normal)
        embedded.channel.embeddedEventLoop.advanceTime(by: .seconds(4))
        #expect(embedded.channel.isActive)
        embedded.channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!embedded.channel.isActive)
    }

    @Test("Closing on a message drops the other messages of that read")
    func closesOnMessage() throws {
        var embedded = try Embedded { connection, text in if text == "stop" { connection.close(.policyViolation) } }
        try embedded.receive(joined(masked(.text, "stop"), masked(.text, "more"), masked(.ping)))
        #expect(try embedded.sent() == [.close(CloseFrame(code: .policyViolation))])
        #expect(embedded.probe.notes == [.opened, .received("stop"), .readCompleted, .closed(1008)])
    }

    @Test("A socket that ends without a close frame has no code")
    func socketEnds() throws {
        let embedded = try Embedded()
        _ = try embedded.channel.finish()
        #expect(embedded.probe.notes == [.opened, .closed(nil)])
    }

    @Test("A client that does not read is closed as slow, with a close frame behind all that was taken")
    func slowClient() throws {
        var embedded = try Embedded(queuedBytesMax: 1_000, dam: Dam())
        let connection = try #require(embedded.probe.connection)
        let message = ByteBuffer(repeating: 0x61, count: 400)
        #expect(connection.send(message, as: .text) == .queued)
        #expect(connection.send(message, as: .text) == .queued)
        #expect(connection.send(message, as: .text) == .overflow)
        #expect(connection.send(message, as: .text) == .closed)
        embedded.channel.embeddedEventLoop.run()
        #expect(embedded.probe.notes == [.opened, .closed(3008)])
        try embedded.openDam()
        #expect(
            try embedded.sent() == [
                .message(message, .text), .message(message, .text), .close(CloseFrame(code: .slow)),
            ]
        )
    }

    @Test("Pings that nobody reads the answers of close the connection as slow")
    func pingFlood() throws {
        var embedded = try Embedded(queuedBytesMax: 1_000, dam: Dam())
        for _ in 0..<100 { try embedded.receive(masked(.ping, String(repeating: "p", count: 125))) }
        #expect(embedded.probe.notes == [.opened, .closed(3008)])
        try embedded.openDam()
        #expect(try embedded.sent().last == .close(CloseFrame(code: .slow)))
    }

    @Test("Messages are compressed where that was agreed on and pays")
    func compresses() throws {
        let codecs = DeflateCodecs(configuration: DeflateConfiguration(payloadBytesMin: 100))
        let embedded = try Embedded(codecs: codecs)
        let connection = try #require(embedded.probe.connection)
        #expect(connection.deflate?.takesSharedFrames == true)
        let text = ByteBuffer(repeating: 0x61, count: 500)
        connection.send(text, as: .text)
        connection.send(ByteBuffer(string: "short"), as: .text)
        let first = try #require(try embedded.channel.readOutbound(as: ByteBuffer.self))
        #expect(first.getInteger(at: 0, as: UInt8.self) == 0xC1)
        #expect(first.readableBytes < 50)
        let second = try #require(try embedded.channel.readOutbound(as: ByteBuffer.self))
        #expect(second.getInteger(at: 0, as: UInt8.self) == 0x81)
        try embedded.receive(ByteBuffer(bytes: [0xC1, 0x87, 0, 0, 0, 0, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]))
        #expect(embedded.probe.notes == [.opened, .received("Hello"), .readCompleted])
    }

    @Test("A bad request is refused before an application is made")
    func refuses() throws {
        let channel = EmbeddedChannel()
        let head = requestHead.replacing("Version: 13", with: "Version: 12")
        let request = try #require(try HandshakeRequest.parse(ByteBuffer(string: head)))
        var applicationCount = 0
        #expect(throws: HandshakeError.versionNotSupported) {
            try WebSocketUpgrade.install(
                channel,
                request: request,
                leftover: ByteBuffer(),
                configuration: WebSocketConfiguration(route: .pipeline),
                codecs: nil,
                makeApplication: { _ in
                    applicationCount += 1
                    return Probe()
                }
            )
        }
        #expect(applicationCount == 0)
        #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
    }
}
