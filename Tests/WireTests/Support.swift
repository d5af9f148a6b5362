import NIOCore
import Primitives
import Testing

@testable import Wire

extension ByteBuffer {
    /// The bytes written as hexadecimal digits.
    init(hex: String) {
        var bytes: [UInt8] = []
        var digits = Substring(hex)
        while let high = digits.popFirst()?.hexDigitValue, let low = digits.popFirst()?.hexDigitValue {
            bytes.append(UInt8(high << 4 | low))
        }
        self.init(bytes: bytes)
    }

    var hex: String {
        self.readableBytesView.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0\(digits)" : digits
        }.joined()
    }

    var text: String { String(buffer: self) }
}

/// What is wrong with a JSON text; `#expect` cannot take a span by itself.
func jsonError(_ bytes: ByteBuffer) -> JSONError? { JSONValidator.error(in: bytes.readableBytesSpan) }

func isJSON(_ bytes: ByteBuffer) -> Bool { JSONValidator.validate(bytes.readableBytesSpan) }

func isText(_ bytes: ByteBuffer) -> Bool { UTF8Rules.isText(bytes.readableBytesSpan, from: 0, to: bytes.readableBytes) }

/// The commands of a frame.
func commands(_ frame: ByteBuffer, _ encoding: WireEncoding) throws(WireError) -> [Command] {
    var commands: [Command] = []
    try CommandDecoder(encoding).decode(frame, into: &commands)
    return commands
}

func commands(_ text: String) throws(WireError) -> [Command] { try commands(ByteBuffer(string: text), .json) }

/// One command in both encodings; the Protobuf was made by the official Python SDK from its own `client.proto`.
struct GoldenCommand: CustomTestStringConvertible {
    let name: String
    let json: String
    let protobuf: String
    let command: Command

    var testDescription: String { self.name }

    static let all = [
        GoldenCommand(
            name: "connect",
            json: #"""
                {"id":1,"connect":{"token":"tok","data":{"a":1},"subs":{"group:7":{"recover":true,"epoch":"0000abcd",
                "offset":42}},"name":"python","version":"1.0"}}
                """#,
            protobuf: """
                3a080122360a03746f6b12077b2261223a317d1a190a0767726f75703a37120e180132083030303061626364382a2206707974686f\
                6e2a03312e30
                """,
            command: Command(id: 1, verb: .connect(Self.connect))
        ),
        GoldenCommand(
            name: "subscribe",
            json: #"""
                {"id":2,"subscribe":{"channel":"channel:news","token":"t","recover":true,"epoch":"0000abcd",
                "offset":18446744073709551615,"data":[1],"positioned":true,"recoverable":true,"join_leave":true,
                "delta":"fossil","tf":{"key":"k","cmp":"eq","val":"v"},"flag":2}}
                """#,
            protobuf: """
                4d08022a490a0c6368616e6e656c3a6e65777312017418013208303030306162636438ffffffffffffffffff0142035b315d480150\
                0158016206666f7373696c6a0a12016b1a0265712201767002
                """,
            command: Command(id: 2, verb: .subscribe(Self.subscribe))
        ),
        GoldenCommand(
            name: "unsubscribe",
            json: #"{"id":3,"unsubscribe":{"channel":"channel:news"}}"#,
            protobuf: "120803320e0a0c6368616e6e656c3a6e657773",
            command: Command(id: 3, verb: .unsubscribe(channel: "channel:news"))
        ),
        GoldenCommand(
            name: "publish",
            json: #"{"id":4,"publish":{"channel":"group:7","data":{"text":"hi"}}}"#,
            protobuf: "1c08043a180a0767726f75703a37120d7b2274657874223a226869227d",
            command: Command(
                id: 4,
                verb: .publish(channel: "group:7", data: ByteBuffer(string: #"{"text":"hi"}"#))
            )
        ),
        GoldenCommand(
            name: "presence",
            json: #"{"id":5,"presence":{"channel":"group:7"}}"#,
            protobuf: "0d080542090a0767726f75703a37",
            command: Command(id: 5, verb: .presence(channel: "group:7"))
        ),
        GoldenCommand(
            name: "presence_stats",
            json: #"{"id":6,"presence_stats":{"channel":"group:7"}}"#,
            protobuf: "0d08064a090a0767726f75703a37",
            command: Command(id: 6, verb: .presenceStats(channel: "group:7"))
        ),
        GoldenCommand(
            name: "history",
            json: #"""
                {"id":7,"history":{"channel":"group:7","limit":-1,"since":{"offset":300,"epoch":"0000abcd"},"reverse":true}}
                """#,
            protobuf: "29080752250a0767726f75703a3738ffffffffffffffffff01420d08ac02120830303030616263644801",
            command: Command(id: 7, verb: .history(Self.history))
        ),
        GoldenCommand(
            name: "ping",
            json: #"{"id":8,"ping":{}}"#,
            protobuf: "0408085a00",
            command: Command(id: 8, verb: .ping)
        ),
        GoldenCommand(
            name: "send",
            json: #"{"send":{"data":true}}"#,
            protobuf: "0862060a0474727565",
            command: Command(id: 0, verb: .send(data: ByteBuffer(string: "true")))
        ),
        GoldenCommand(
            name: "rpc",
            json: #"{"id":4294967295,"rpc":{"data":{"in":"group:7"},"method":"typing"}}"#,
            protobuf: "2208ffffffff0f6a1a0a107b22696e223a2267726f75703a37227d1206747970696e67",
            command: Command(
                id: .max,
                verb: .rpc(method: "typing", data: ByteBuffer(string: #"{"in":"group:7"}"#))
            )
        ),
        GoldenCommand(
            name: "refresh",
            json: #"{"id":10,"refresh":{"token":"new"}}"#,
            protobuf: "09080a72050a036e6577",
            command: Command(id: 10, verb: .refresh(token: "new"))
        ),
        GoldenCommand(
            name: "sub_refresh",
            json: #"{"id":11,"sub_refresh":{"channel":"group:7","token":"new"}}"#,
            protobuf: "12080b7a0e0a0767726f75703a3712036e6577",
            command: Command(id: 11, verb: .subRefresh(channel: "group:7", token: "new"))
        ),
        GoldenCommand(name: "pong", json: "{}", protobuf: "00", command: Command(id: 0, verb: .pong)),
    ]

    private static var connect: ConnectRequest {
        var request = ConnectRequest()
        request.token = "tok"
        request.data = ByteBuffer(string: #"{"a":1}"#)
        var group = SubscribeRequest(channel: "group:7")
        (group.recover, group.epoch, group.offset) = (true, "0000abcd", 42)
        request.subs = [group]
        (request.name, request.version) = ("python", "1.0")
        return request
    }

    private static var subscribe: SubscribeRequest {
        var request = SubscribeRequest(channel: "channel:news")
        (request.token, request.recover, request.epoch, request.offset) = ("t", true, "0000abcd", .max)
        request.data = ByteBuffer(string: "[1]")
        (request.positioned, request.recoverable, request.joinLeave) = (true, true, true)
        request.flag = SubscribeRequest.rejectUnrecovered
        return request
    }

    private static var history: HistoryRequest {
        var request = HistoryRequest(channel: "group:7")
        (request.limit, request.reverse) = (-1, true)
        request.since = StreamPosition(offset: 300, epoch: "0000abcd")
        return request
    }
}
