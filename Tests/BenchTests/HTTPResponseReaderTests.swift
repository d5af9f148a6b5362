import Bench
import NIOCore
import Testing

@Suite("Answers of a kept connection")
struct HTTPResponseReaderTests {
    private static let stream =
        "HTTP/1.1 200 OK\r\ncontent-type: a/b\r\nContent-Length: 5\r\n\r\nhello"
        + "HTTP/1.1 204 No Content\r\nDate: x\r\n\r\nHTTP/1.1 429 Too Many\r\nCONTENT-LENGTH:0\r\n\r\n"

    @Test("Answers are cut out wherever a read ends", arguments: [1, 7, 64, 1000])
    func cuts(bytes: Int) throws {
        var reader = HTTPResponseReader()
        var found: [String] = []
        var rest = Array(Self.stream.utf8)[...]
        while !rest.isEmpty {
            reader.take(ByteBuffer(bytes: rest.prefix(bytes)))
            rest = rest.dropFirst(bytes)
            while let response = try reader.next() {
                found.append("\(response.status) \(String(buffer: response.body))")
            }
        }
        #expect(found == ["200 hello", "204 ", "429 "])
    }

    @Test(
        "What is no answer with a length is refused",
        arguments: [
            "HTTP/1.1 200 OK\r\n\r\n", "SSH-2.0\r\n\r\n", "HTTP/1.1 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", String(repeating: "x", count: 70_000),
        ]
    )
    func refuses(text: String) {
        var reader = HTTPResponseReader()
        reader.take(ByteBuffer(string: text))
        #expect(throws: BenchError.self) { try reader.next() }
    }
}
