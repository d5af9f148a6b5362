package import NIOCore

/// Cuts the answers of one keep-alive connection out of its bytes: only the status and the length are looked at.
package struct HTTPResponseReader: Sendable {
    /// An answer, whole.
    package struct Response: Equatable, Sendable {
        package let status: Int
        package let body: ByteBuffer
    }

    private var bytes = ByteBuffer()
    private static let headBytesMax = 64 << 10

    package init() {}

    package mutating func take(_ more: ByteBuffer) {
        if self.bytes.readableBytes == 0 { self.bytes = more } else { self.bytes.writeImmutableBuffer(more) }
    }

    /// The next whole answer; nil when it is not whole.
    package mutating func next() throws(BenchError) -> Response? {
        let view = self.bytes.readableBytesView
        guard let end = view.firstRange(of: Self.blankLine) else {
            guard view.count <= Self.headBytesMax else { throw .badFrame("an HTTP head without an end") }
            return nil
        }
        let head = String(decoding: view[..<end.lowerBound], as: UTF8.self)
        let lines = head.split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            throw .badFrame("an answer that is not HTTP")
        }
        let length = try Self.length(lines.dropFirst(), status)
        let headBytes = end.upperBound - view.startIndex
        guard view.count >= headBytes + length else { return nil }
        self.bytes.moveReaderIndex(forwardBy: headBytes)
        guard let body = self.bytes.readSlice(length: length) else { return nil }
        return Response(status: status, body: body)
    }

    private static func length(_ lines: ArraySlice<Substring>, _ status: Int) throws(BenchError) -> Int {
        for line in lines {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == "content-length" else {
                continue
            }
            guard let length = Int(line[line.index(after: colon)...].drop { $0 == " " }), length >= 0 else { break }
            return length
        }
        // RFC 9110, 8.6: these two have no body.
        guard status == 204 || status == 304 else { throw .badFrame("an HTTP answer without a length") }
        return 0
    }

    private static let blankLine = Array("\r\n\r\n".utf8)
}
