import HTTPEdge
import NIOCore
import Testing

@Suite("Protocol sniffer")
struct ProtocolSnifferTests {
    struct Opening: Sendable, CustomTestStringConvertible {
        var why: String
        var text: String
        var verdict: ProtocolSniffer.Verdict

        var testDescription: String { self.why }
    }

    static let openings = [
        Opening(
            why: "a WebSocket's handshake",
            text: "GET /connection/websocket HTTP/1.1\r\nHost: x\r\n\r\n",
            verdict: .webSocket
        ),
        Opening(
            why: "a WebSocket's handshake with a query",
            text: "GET /connection/websocket?cf_ws_frame_ping_pong=true HTTP/1.1\r\nHost: x\r\n\r\n",
            verdict: .webSocket
        ),
        Opening(
            why: "lines that end in bare line feeds",
            text: "GET /connection/websocket HTTP/1.1\nHost: x\n\n",
            verdict: .webSocket
        ),
        Opening(
            why: "a path that only begins alike",
            text: "GET /connection/websockets HTTP/1.1\r\nHost: x\r\n\r\n",
            verdict: .http
        ),
        Opening(
            why: "another method",
            text: "POST /connection/websocket HTTP/1.1\r\nHost: x\r\n\r\n",
            verdict: .http
        ),
        Opening(why: "any other request", text: "GET /chats HTTP/1.1\r\nHost: x\r\n\r\n", verdict: .http),
        Opening(why: "empty lines before a request", text: "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", verdict: .http),
    ]

    @Test("The verdict is the same wherever the bytes are cut in two, and no byte is lost", arguments: Self.openings)
    func anySplit(_ opening: Opening) {
        let bytes = Array(opening.text.utf8)
        for cut in 0...bytes.count {
            var sniffer = ProtocolSniffer()
            var verdict = sniffer.received(ByteBuffer(bytes: bytes[..<cut]))
            if verdict == .gatherMore { verdict = sniffer.received(ByteBuffer(bytes: bytes[cut...])) }
            guard verdict != .http || opening.verdict != .http else { continue }
            #expect(verdict == opening.verdict, "cut at \(cut)")
            #expect(Array(sniffer.bytes.readableBytesView) == bytes)
        }
    }

    @Test("Bytes may come one by one", arguments: Self.openings)
    func oneByOne(_ opening: Opening) {
        var sniffer = ProtocolSniffer()
        var verdict = ProtocolSniffer.Verdict.gatherMore
        for byte in opening.text.utf8 where verdict == .gatherMore {
            verdict = sniffer.received(ByteBuffer(bytes: [byte]))
        }
        #expect(verdict == opening.verdict)
    }

    @Test("What follows the head belongs to whoever takes over")
    func remainder() {
        let text = "GET /connection/websocket HTTP/1.1\r\nHost: x\r\n\r\n\u{1}\u{2}rest"
        var sniffer = ProtocolSniffer()
        #expect(sniffer.received(ByteBuffer(string: text)) == .webSocket)
        #expect(String(buffer: sniffer.bytes) == text)
    }

    @Test("A head of the largest size is taken, one byte more is not", arguments: [0, 1])
    func largestHead(excess: Int) {
        let start = "GET / HTTP/1.1\r\nX: "
        let count = ProtocolSniffer.headBytesMax - start.utf8.count - 4 + excess
        let head = start + String(repeating: "x", count: count) + "\r\n\r\n"
        var sniffer = ProtocolSniffer()
        #expect(sniffer.received(ByteBuffer(string: head)) == (excess == 0 ? .http : .headTooLarge))
    }

    @Test("A head without an end is refused at the bound")
    func endless() {
        var sniffer = ProtocolSniffer()
        let line = ByteBuffer(string: "X: " + String(repeating: "y", count: 1021))
        for _ in 0..<16 { #expect(sniffer.received(line) == .gatherMore) }
        #expect(sniffer.received(line) == .headTooLarge)
    }

    @Test("What begins no request goes to the HTTP parser at once", arguments: ["\u{16}\u{3}\u{1}", " GET", "{}"])
    func noRequest(_ text: String) {
        var sniffer = ProtocolSniffer()
        #expect(sniffer.received(ByteBuffer(string: text)) == .http)
    }
}
