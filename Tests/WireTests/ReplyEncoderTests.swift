import NIOCore
import Primitives
import Testing

@testable import Wire

/// A message to a client in both encodings; the Protobuf was made by the official Python SDK from its own
/// `client.proto`, except for the fields 101–105, which are ours.
struct GoldenReply: CustomTestStringConvertible {
    let name: String
    let json: String
    let protobuf: String
    let append: @Sendable (ReplyEncoder, inout ByteBuffer) -> Void

    var testDescription: String { self.name }

    init(_ name: String, _ id: UInt32, _ reply: Reply, json: String, protobuf: String) {
        (self.name, self.json, self.protobuf) = (name, json, protobuf)
        self.append = { $0.append(reply, id: id, to: &$1) }
    }

    init(_ name: String, _ push: Push, channel: String, json: String, protobuf: String) {
        (self.name, self.json, self.protobuf) = (name, json, protobuf)
        self.append = { $0.append(push, channel: channel, to: &$1) }
    }
}

@Suite("Replies and pushes", .timeLimit(.minutes(10)))
struct ReplyEncoderTests {
    @Test("A message is written as the official SDK has it", arguments: Self.replies + Self.pushes)
    func golden(_ golden: GoldenReply) {
        var json = ByteBuffer()
        golden.append(ReplyEncoder(.json), &json)
        #expect(json.text == golden.json)
        #expect(isJSON(json))
        var protobuf = ByteBuffer()
        golden.append(ReplyEncoder(.protobuf), &protobuf)
        #expect(protobuf.hex == golden.protobuf)
    }

    @Test("Messages of one frame are joined by line feeds, or each stands after its length")
    func frames() {
        let all = Self.replies + Self.pushes
        for encoding in WireEncoding.allCases {
            let encoder = ReplyEncoder(encoding)
            // Room for a header, which is not part of the payload.
            var payload = ByteBuffer(string: "header")
            payload.moveReaderIndex(forwardBy: 6)
            for message in all { message.append(encoder, &payload) }
            encoder.appendPing(to: &payload)
            switch encoding {
            case .json: #expect(payload.text == (all.map(\.json) + ["{}"]).joined(separator: "\n"))
            case .protobuf: #expect(payload.hex == (all.map(\.protobuf) + ["00"]).joined())
            }
        }
    }

    @Test("A body's line feeds become spaces in JSON, so that a frame has one message a line")
    func lineFeeds() {
        var payload = ByteBuffer()
        let data = ByteBuffer(string: "{\n  \"a\": \"\\n\",\r\n\"b\" : [\n\n1]\n}")
        ReplyEncoder(.json).append(.rpc(data: data), id: 1, to: &payload)
        #expect(payload.text == "{\"id\":1,\"rpc\":{\"data\":{   \"a\": \"\\n\",\r \"b\" : [  1] }}}")
        var binary = ByteBuffer()
        ReplyEncoder(.protobuf).append(.rpc(data: data), id: 1, to: &binary)
        #expect(binary.hex.hasSuffix(data.hex))
    }

    @Test("Names and tags are escaped in JSON")
    func escapes() {
        var payload = ByteBuffer()
        let publication = Publication(
            data: ByteBuffer(string: "1"),
            info: ClientInfo(user: "a\"b"),
            tags: [PublicationTag("k\n", "\u{1}\u{1F}ü😀"), PublicationTag("", "\\")]
        )
        ReplyEncoder(.json).append(.publication(publication), channel: "c\t", to: &payload)
        #expect(
            payload.text == #"{"push":{"channel":"c\t","pub":{"data":1,"info":{"user":"a\"b"},"#
                + #""tags":{"k\n":"\u0001\u001fü😀","":"\\"}}}}"#
        )
    }

    @Test("Borrowed bytes give the same push as the value does", arguments: WireEncoding.allCases, [0, 1, 200, 70_000])
    func borrowed(_ encoding: WireEncoding, _ count: Int) {
        let encoder = ReplyEncoder(encoding)
        for (user, client, offset, time) in [
            ("", "", 0, 0), ("user:u1", "", 13, 1_790_000_000_000), ("user:ü\"", "c1", UInt64.max, Int64.max),
            ("user:u1", "c1", 128, -1),
        ] as [(String, String, UInt64, Int64)] {
            for tags in [[], [PublicationTag("k\"1", "ü"), PublicationTag("replyTo", "7")]] {
                let data = ByteBuffer(string: "\"\(String(repeating: "x", count: count))\"")
                let publication = Publication(
                    data: data,
                    info: user.isEmpty ? nil : ClientInfo(user: user, client: client),
                    offset: offset,
                    tags: [PublicationTag("id", "group:7/\(offset)")] + tags,
                    time: time
                )
                var expected = ByteBuffer(string: "-")
                encoder.append(.publication(publication), channel: "group:7", to: &expected)
                var payload = ByteBuffer(string: "-")
                encoder.appendPublication(
                    data: data.readableBytesSpan,
                    channel: ByteBuffer(string: "group:7").readableBytesSpan,
                    user: ByteBuffer(string: user).readableBytesSpan,
                    client: ByteBuffer(string: client).readableBytesSpan,
                    offset: offset,
                    tags: encoder.encodedTags(tags).readableBytesSpan,
                    time: time,
                    to: &payload
                )
                #expect(payload == expected)
            }
        }
    }

    @Test("A long answer grows out of the buffer's space without loss", arguments: WireEncoding.allCases)
    func grows(_ encoding: WireEncoding) throws {
        let encoder = ReplyEncoder(encoding)
        let publications = (1...2000).map { Publication(data: ByteBuffer(string: "[\($0)]"), offset: $0) }
        let result = HistoryResult(publications: publications, epoch: Epoch(rawValue: 1), offset: 2000)
        var payload = ByteBuffer()
        encoder.append(.history(result), id: 1, to: &payload)
        switch encoding {
        case .json:
            #expect(isJSON(payload))
            #expect(payload.text.hasSuffix(#"{"data":[2000],"offset":2000}],"epoch":"00000001","offset":2000}}"#))
        case .protobuf:
            #expect(payload.hex.hasSuffix("22065b323030305d30d00f" + "12083030303030303031" + "18d00f"))
            let bytes = payload.readableBytesSpan
            var index = 0
            let end = try ProtobufReader.length(bytes, &index, bytes.byteCount)
            #expect(end == payload.readableBytes)
        }
    }

    @Test("An answer with everything empty still has what an SDK reads unasked")
    func empty() {
        var payload = ByteBuffer()
        let encoder = ReplyEncoder(.json)
        encoder.append(
            .history(HistoryResult(publications: [], epoch: Epoch(rawValue: 0), offset: 0)),
            id: 1,
            to: &payload
        )
        encoder.append(.presence([]), id: 2, to: &payload)
        encoder.append(.presenceStats(clients: 0, users: 0), id: 3, to: &payload)
        encoder.append(.subscribe(SubscribeResult()), id: 4, to: &payload)
        #expect(
            payload.text == """
                {"id":1,"history":{"publications":[],"epoch":"00000000","offset":0}}
                {"id":2,"presence":{"presence":{}}}
                {"id":3,"presence_stats":{"num_clients":0,"num_users":0}}
                {"id":4,"subscribe":{}}
                """
        )
    }
}
