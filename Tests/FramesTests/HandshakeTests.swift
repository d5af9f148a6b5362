import NIOCore
import Testing

@testable import Frames

@Suite("Handshake")
struct HandshakeTests {
    private static let example = """
        GET /chat?token=a%20b&empty=&plus=1+2 HTTP/1.1
        Host: server.example.com
        Upgrade: websocket
        Connection: keep-alive, Upgrade
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
        Origin: http://example.com
        Sec-WebSocket-Protocol: chat, superchat
        Sec-WebSocket-Version: 13


        """

    private static func bytes(_ head: String) -> ByteBuffer {
        ByteBuffer(string: head.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n"))
    }

    private static func parse(_ head: String = example) throws -> HandshakeRequest {
        try #require(try HandshakeRequest.parse(Self.bytes(head)))
    }

    @Test("The example of RFC 6455 1.3 is answered as there")
    func example() throws {
        let acceptance = try Self.parse().accept(subprotocols: ["chat"])
        var response = ByteBuffer()
        acceptance.write(into: &response)
        let expected = """
            HTTP/1.1 101 Switching Protocols
            Upgrade: websocket
            Connection: Upgrade
            Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
            Sec-WebSocket-Protocol: chat


            """
        #expect(response == Self.bytes(expected))
    }

    @Test("What a caller asks for is at hand")
    func fields() throws {
        let request = try Self.parse(Self.example.replacing("Origin", with: "Authorization: Bearer x\nOrigin"))
        #expect(request.method == "GET")
        #expect(request.path == "/chat")
        #expect(request.query == "token=a%20b&empty=&plus=1+2")
        #expect(request.queryValue("token") == "a b")
        #expect(request.queryValue("empty") == "")
        #expect(request.queryValue("plus") == "1 2")
        #expect(request.queryValue("none") == nil)
        #expect(request.origin == "http://example.com")
        #expect(request.authorization == "Bearer x")
        #expect(request.subprotocols == ["chat", "superchat"])
        #expect(request.asksForWebSocket)
    }

    @Test("A head is whole with its empty line, and no byte earlier; what follows is left alone")
    func prefixes() throws {
        let head = Self.bytes(Self.example)
        for count in 0..<head.readableBytes {
            #expect(try HandshakeRequest.parse(head.cut(after: count)[0]) == nil)
        }
        let request = try #require(try HandshakeRequest.parse(joined(head, masked(.text, "early\r\n\r\n"))))
        #expect(request.headBytes == head.readableBytes)
        #expect(request == (try HandshakeRequest.parse(head)))
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        let head: String
        let error: HandshakeError

        var testDescription: String { self.head }
    }

    @Test(
        "What is no HTTP/1.1 head is refused",
        arguments: [
            Broken(head: "GET / HTTP/1.0", error: .httpVersionNotSupported),
            Broken(head: "GET /", error: .malformedRequest),
            Broken(head: "GET  / HTTP/1.1", error: .malformedRequest),
            Broken(head: "G(T / HTTP/1.1", error: .malformedRequest),
            Broken(head: "GET /\u{7F} HTTP/1.1", error: .malformedRequest),
            Broken(head: " / HTTP/1.1", error: .malformedRequest),
            Broken(head: "GET / HTTP/1.1\nHost", error: .malformedRequest),
            Broken(head: "GET / HTTP/1.1\nHost : a", error: .malformedRequest),
            Broken(head: "GET / HTTP/1.1\n: a", error: .malformedRequest),
            Broken(head: "GET / HTTP/1.1\nA: b\n c", error: .malformedRequest),
            Broken(head: "GET / HTTP/1.1\nA: b\u{0}c", error: .malformedRequest),
            Broken(head: "GET / HTTP/1.1\nA: b\rc", error: .malformedRequest),
            Broken(
                head: "GET / HTTP/1.1\nA: \(String(repeating: "x", count: 300))",
                error: .headTooLarge(bytesMax: 256)
            ),
            Broken(head: "GET / HTTP/1.1\nA: 1\nA: 2\nA: 3", error: .headTooLarge(bytesMax: 256)),
        ]
    )
    func broken(_ broken: Broken) {
        let limits = HandshakeLimits(headBytesMax: 256, headerCountMax: 2)
        #expect(throws: broken.error) {
            try HandshakeRequest.parse(Self.bytes(broken.head + "\n\n"), limits: limits)
        }
    }

    @Test("A head without end is refused at the limit")
    func endless() throws {
        let limits = HandshakeLimits(headBytesMax: 256)
        #expect(try HandshakeRequest.parse(ByteBuffer(repeating: 0x61, count: 255), limits: limits) == nil)
        #expect(throws: HandshakeError.headTooLarge(bytesMax: 256)) {
            try HandshakeRequest.parse(ByteBuffer(repeating: 0x61, count: 256), limits: limits)
        }
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let line: String
        let to: String
        let error: HandshakeError
        let status: Int

        var testDescription: String { "\(self.line) -> \(self.to)" }
    }

    @Test(
        "What RFC 6455 4.2.1 asks for must be there",
        arguments: [
            Change(line: "GET", to: "POST", error: .methodNotAllowed, status: 405),
            Change(line: "Host", to: "Other", error: .hostMissing, status: 400),
            Change(line: "Upgrade: websocket", to: "Upgrade: h2c", error: .notAnUpgrade, status: 426),
            Change(line: "keep-alive, Upgrade", to: "keep-alive", error: .notAnUpgrade, status: 426),
            Change(line: "Version: 13", to: "Version: 8", error: .versionNotSupported, status: 426),
            Change(line: "Sec-WebSocket-Version", to: "None", error: .versionNotSupported, status: 426),
            Change(line: "Sec-WebSocket-Key", to: "None", error: .keyInvalid, status: 400),
            Change(line: "jZQ==", to: "jZ==", error: .keyInvalid, status: 400),
            Change(line: "jZQ==", to: "jZQx=", error: .keyInvalid, status: 400),
            Change(line: "jZQ==", to: "j*Q==", error: .keyInvalid, status: 400),
        ]
    )
    func requires(_ change: Change) throws {
        let request = try Self.parse(Self.example.replacing(change.line, with: change.to))
        #expect(throws: change.error) { try request.accept() }
        #expect(change.error.refusal.status == change.status)
    }

    @Test("Names and tokens are compared without case")
    func caseInsensitive() throws {
        let head = Self.example.replacing("Upgrade: websocket", with: "UPGRADE: WebSocket")
            .replacing("keep-alive, Upgrade", with: "keep-alive ,\tupgrade")
        #expect(try Self.parse(head).accept().subprotocol == nil)
    }

    @Test("Compression is agreed on only where it is offered by both")
    func compression() throws {
        let offering = Self.example.replacing("Origin", with: "Sec-WebSocket-Extensions: permessage-deflate\nOrigin")
        #expect(try Self.parse(offering).accept().deflate == nil)
        #expect(try Self.parse().accept(deflate: DeflateConfiguration()).deflate == nil)
        let acceptance = try Self.parse(offering).accept(deflate: DeflateConfiguration())
        var response = ByteBuffer()
        acceptance.write(into: &response)
        let line =
            "\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n"
        #expect(String(buffer: response).contains(line))
    }

    @Test("A refusal is a problem document with the headers that go with it")
    func refusals() {
        var response = ByteBuffer()
        HandshakeError.versionNotSupported.refusal.write(into: &response)
        let body = """
            {"type":"about:blank","title":"Upgrade Required","status":426,\
            "detail":"Send Sec-WebSocket-Version: 13.","code":"version_not_supported"}
            """
        let expected = """
            HTTP/1.1 426 Upgrade Required
            Sec-WebSocket-Version: 13
            Content-Type: application/problem+json
            Content-Length: \(body.utf8.count)
            Connection: close


            """
        #expect(response == joined(Self.bytes(expected), ByteBuffer(string: body)))
        var quoted = ByteBuffer()
        Refusal(status: 403, code: "forbidden", detail: "a\"b\\c\nd").write(into: &quoted)
        #expect(String(buffer: quoted).hasSuffix(#""detail":"a\"b\\c\u000ad","code":"forbidden"}"#))
    }
}

@Suite("SHA-1")
struct SHA1Tests {
    @Test(
        "The examples of RFC 3174, of one block and of many",
        arguments: [
            ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
            (String(repeating: "a", count: 1_000_000), "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
        ]
    )
    func examples(message: String, digest: String) {
        #expect(ByteBuffer(bytes: SHA1.digest(Array(message.utf8))) == hex(digest))
    }
}
