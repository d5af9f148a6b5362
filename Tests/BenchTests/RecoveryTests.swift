import Bench
import NIOCore
import Testing

@Suite("Sessions that come back")
struct RecoveryTests {
    static let marker = JSONLineScannerTests.marker
    static let text = String(buffer: MarkerTests.text(marker))
    static let known = KnownPosition(channel: "group:7", epoch: "0a1b2c3d", offset: 300)

    @Test("A session says what it knows, in connect for what the server follows and in subscribe for the rest")
    func says() {
        #expect(
            String(buffer: Encoding.json.connect(id: 1, token: "t", known: [Self.known]))
                == #"{"id":1,"connect":{"token":"t","subs":{"group:7":{"recover":true,"epoch":"0a1b2c3d","offset":300}}}}"#
        )
        #expect(String(buffer: Encoding.json.connect(id: 1, token: "t")) == #"{"id":1,"connect":{"token":"t"}}"#)
        #expect(
            String(buffer: Encoding.json.subscribe(id: 2, channel: "group:7", known: Self.known))
                == #"{"id":2,"subscribe":{"channel":"group:7","recover":true,"epoch":"0a1b2c3d","offset":300}}"#
        )
        let position: [UInt8] = [3 << 3, 1, 6 << 3 | 2, 8] + Array("0a1b2c3d".utf8) + [7 << 3, 0xAC, 0x02]
        let subscribe = [1 << 3, 2] + Self.field(5, Self.field(1, Array("c".utf8)) + position)
        #expect(
            Array(
                Encoding.protobuf.subscribe(
                    id: 2,
                    channel: "c",
                    known: KnownPosition(channel: "c", epoch: Self.known.epoch, offset: 300)
                ).readableBytesView
            ) == [UInt8(subscribe.count)] + subscribe
        )
    }

    @Test("Requests beside publishes are as the protocol has them")
    func requests() {
        #expect(
            String(buffer: Encoding.json.history(id: 9, channel: "c", limit: 10))
                == #"{"id":9,"history":{"channel":"c","limit":10,"reverse":true}}"#
        )
        #expect(
            String(buffer: Encoding.json.read(id: 9, channel: "c", seq: 4))
                == #"{"id":9,"rpc":{"method":"ack","data":{"in":"c","read":4}}}"#
        )
        let history = [1 << 3, 9] + Self.field(10, Self.field(1, Array("c".utf8)) + [7 << 3, 10, 9 << 3, 1])
        #expect(
            Array(Encoding.protobuf.history(id: 9, channel: "c", limit: 10).readableBytesView)
                == [UInt8(history.count)] + history
        )
    }

    @Test("What was missed is read from the answers, in both encodings")
    func reads() throws {
        let result =
            #"{"recoverable":true,"epoch":"e1","publications":[{"data":{"m":"\#(Self.text)"},"offset":4},"#
            + #"{"data":{},"offset":5}],"recovered":true,"offset":5,"was_recovering":true}"#
        let subscribe = try #require(
            SetupReply(ByteBuffer(string: #"{"id":2,"subscribe":\#(result)}"#), encoding: .json)
        )
        let connect = try #require(
            SetupReply(
                ByteBuffer(string: #"{"id":1,"connect":{"client":"x","subs":{"g":\#(result)}}}"#),
                encoding: .json
            )
        )
        #expect(connect.subscriptions == ["g": subscribe.subscription])
        #expect(subscribe.subscription.isRecovered && subscribe.subscription.epoch == "e1")
        #expect(subscribe.subscription.offset == 5)
        #expect(subscribe.subscription.missed.map(\.offset) == [4, 5])
        #expect(subscribe.subscription.missed.map(\.marker) == [Self.marker, .none])

        let data = #"{"m":"\#(Self.text)"}"#
        let publications = Self.field(7, Self.field(4, Array(data.utf8)) + [6 << 3, 4]) + Self.field(7, [6 << 3, 5])
        let bytes = [3 << 3, 1] + Self.field(6, Array("e1".utf8)) + publications + [8 << 3, 1, 9 << 3, 5, 12 << 3, 1]
        let entry = Self.field(6, Self.field(1, Array("g".utf8)) + Self.field(2, bytes))
        let protobuf = try #require(
            SetupReply(ByteBuffer(bytes: [1 << 3, 1] + Self.field(5, entry)), encoding: .protobuf)
        )
        #expect(protobuf.subscriptions == connect.subscriptions)
    }

    @Test("Who cannot recover is told the present position")
    func unrecovered() throws {
        let text = #"{"id":2,"subscribe":{"recoverable":true,"epoch":"e2","offset":9,"was_recovering":true}}"#
        let reply = try #require(SetupReply(ByteBuffer(string: text), encoding: .json))
        #expect(!reply.subscription.isRecovered && reply.subscription.offset == 9 && reply.subscription.missed.isEmpty)
    }

    /// A field of bytes, of any length below 16 KiB.
    private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        let length =
            bytes.count < 128 ? [UInt8(bytes.count)] : [UInt8(bytes.count & 127) | 128, UInt8(bytes.count >> 7)]
        return [number << 3 | 2] + length + bytes
    }
}
