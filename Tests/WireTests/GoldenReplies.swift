import NIOCore
import Primitives

@testable import Wire

private let publication = Publication(
    data: ByteBuffer(string: #"{"text":"hi"}"#),
    info: ClientInfo(user: "user:u1", client: "c1"),
    offset: 13,
    tags: [PublicationTag("id", "k1")],
    time: 1_790_000_000_000
)

private let publicationJSON = #"""
    {"data":{"text":"hi"},"info":{"user":"user:u1","client":"c1"},"offset":13,"tags":{"id":"k1"},"time":1790000000000}
    """#

private let epoch = Epoch(rawValue: 0xABCD)

private var connect: ConnectResult {
    var result = ConnectResult(client: "c1", version: "v1")
    result.data = ByteBuffer(string: "{}")
    (result.ping, result.pong, result.session, result.node) = (25, true, "s", "n")
    return result
}

private var recovered: ConnectResult {
    var group = SubscribeResult()
    (group.recoverable, group.positioned, group.recovered, group.wasRecovering) = (true, true, true, true)
    (group.epoch, group.offset, group.publications) = (epoch, 13, [publication])
    var result = connect
    (result.timeToLive, result.time) = (3600, 1_790_000_000_000)
    result.subs = [ConnectResult.Subscription(channel: "group:7", result: group)]
    return result
}

private var connectPush: ConnectResult {
    var group = SubscribeResult()
    group.epoch = epoch
    var result = connect
    (result.timeToLive, result.time) = (60, 5)
    result.subs = [ConnectResult.Subscription(channel: "group:7", result: group)]
    return result
}

private var subscribe: SubscribeResult {
    var result = SubscribeResult()
    (result.recoverable, result.positioned, result.epoch, result.offset) = (true, true, epoch, 13)
    (result.timeToLive, result.data) = (60, ByteBuffer(string: "1"))
    return result
}

private var subscribePush: SubscribePush {
    var push = SubscribePush()
    (push.recoverable, push.positioned, push.epoch, push.offset) = (true, true, epoch, 13)
    push.data = ByteBuffer(string: "1")
    return push
}

private let history = HistoryResult(
    publications: [publication, Publication(data: ByteBuffer(string: "2"), offset: 14)],
    epoch: epoch,
    offset: 14
)

private let client = ClientInfo(user: "user:u1", client: "c1")

extension ReplyEncoderTests {
    static let replies = [
        GoldenReply(
            "error",
            1,
            .error(.internal),
            json: #"{"id":1,"error":{"code":100,"message":"internal server error","temporary":true}}"#,
            protobuf: "1f0801121b08641215696e7465726e616c20736572766572206572726f721801"
        ),
        GoldenReply(
            "connect",
            1,
            .connect(recovered),
            json: #"{"id":1,"connect":{"client":"c1","version":"v1","expires":true,"ttl":3600,"data":{},"subs":{"#
                + #""group:7":{"recoverable":true,"epoch":"0000abcd","publications":[\#(publicationJSON)],"#
                + #""recovered":true,"offset":13,"positioned":true,"was_recovering":true}},"ping":25,"pong":true,"#
                + #""session":"s","node":"n","time":1790000000000}}"#,
            protobuf: """
                7a08012a760a02633112027631180120901c2a027b7d32520a0767726f75703a3712471801320830303030616263643a31220d7b22\
                74657874223a226869227d2a0d0a07757365723a753112026331300d3a080a02696412026b314880d8c1a28c344001480d50016001\
                381940014a017352016e5880d8c1a28c34
                """
        ),
        GoldenReply(
            "subscribe",
            2,
            .subscribe(subscribe),
            json: #"{"id":2,"subscribe":{"expires":true,"ttl":60,"recoverable":true,"epoch":"0000abcd","offset":13,"#
                + #""positioned":true,"data":1}}"#,
            protobuf: "1b080232170801103c180132083030303061626364480d50015a0131"
        ),
        GoldenReply("unsubscribe", 3, .unsubscribe, json: #"{"id":3,"unsubscribe":{}}"#, protobuf: "0408033a00"),
        GoldenReply(
            "publish",
            4,
            .publish(
                PublishResult(
                    offset: 300,
                    epoch: epoch,
                    time: Timestamp(rawValue: 1_790_000_000_000),
                    duplicate: true,
                    durability: .synced
                )
            ),
            json: #"{"id":4,"publish":{"offset":300,"epoch":"0000abcd","time":1790000000000,"duplicate":true,"#
                + #""durability":"synced"}}"#,
            protobuf: "270804" + "4223" + "a806ac02" + "b206083030303061626364" + "b80680d8c1a28c34" + "c00601"
                + "ca060673796e636564"
        ),
        GoldenReply(
            "presence",
            5,
            .presence([
                ClientInfo(
                    user: "user:u1",
                    client: "c1",
                    connInfo: ByteBuffer(string: #"{"a":1}"#),
                    chanInfo: ByteBuffer(string: "2")
                )
            ]),
            json: #"{"id":5,"presence":{"presence":{"c1":{"user":"user:u1","client":"c1","conn_info":{"a":1},"#
                + #""chan_info":2}}}}"#,
            protobuf: "2508054a210a1f0a02633112190a07757365723a7531120263311a077b2261223a317d220132"
        ),
        GoldenReply(
            "presence_stats",
            6,
            .presenceStats(clients: 3, users: 2),
            json: #"{"id":6,"presence_stats":{"num_clients":3,"num_users":2}}"#,
            protobuf: "080806520408031002"
        ),
        GoldenReply(
            "history",
            7,
            .history(history),
            json: #"{"id":7,"history":{"publications":[\#(publicationJSON),{"data":2,"offset":14}],"#
                + #""epoch":"0000abcd","offset":14}}"#,
            protobuf: """
                4a08075a460a31220d7b2274657874223a226869227d2a0d0a07757365723a753112026331300d3a080a02696412026b314880d8c1\
                a28c340a05220132300e12083030303061626364180e
                """
        ),
        GoldenReply("ping", 8, .ping, json: #"{"id":8,"ping":{}}"#, protobuf: "0408086200"),
        GoldenReply(
            "rpc",
            9,
            .rpc(data: ByteBuffer(string: #"{"ok":true}"#)),
            json: #"{"id":9,"rpc":{"data":{"ok":true}}}"#,
            protobuf: "1108096a0d0a0b7b226f6b223a747275657d"
        ),
        GoldenReply(
            "refresh",
            10,
            .refresh(RefreshResult(client: "c1", version: "v1", timeToLive: 60)),
            json: #"{"id":10,"refresh":{"client":"c1","version":"v1","expires":true,"ttl":60}}"#,
            protobuf: "10080a720c0a026331120276311801203c"
        ),
        GoldenReply(
            "sub_refresh",
            11,
            .subRefresh(timeToLive: 60),
            json: #"{"id":11,"sub_refresh":{"expires":true,"ttl":60}}"#,
            protobuf: "08080b7a040801103c"
        ),
    ]

    static let pushes = [
        GoldenReply(
            "publication",
            .publication(publication),
            channel: "group:7",
            json: #"{"push":{"channel":"group:7","pub":\#(publicationJSON)}}"#,
            protobuf: """
                3e223c120767726f75703a372231220d7b2274657874223a226869227d2a0d0a07757365723a753112026331300d3a080a02696412\
                026b314880d8c1a28c34
                """
        ),
        GoldenReply(
            "a publication longer than 127 bytes",
            .publication(
                Publication(data: ByteBuffer(string: "\"\(String(repeating: "x", count: 200))\""), offset: 1)
            ),
            channel: "group:7",
            json: #"{"push":{"channel":"group:7","pub":{"data":"\#(String(repeating: "x", count: 200))","offset":1}}}"#,
            protobuf: "de0122db01120767726f75703a3722cf0122ca0122\(String(repeating: "78", count: 200))223001"
        ),
        GoldenReply(
            "join",
            .join(client),
            channel: "group:7",
            json: #"{"push":{"channel":"group:7","join":{"info":{"user":"user:u1","client":"c1"}}}}"#,
            protobuf: "1c221a120767726f75703a372a0f0a0d0a07757365723a753112026331"
        ),
        GoldenReply(
            "leave",
            .leave(client),
            channel: "group:7",
            json: #"{"push":{"channel":"group:7","leave":{"info":{"user":"user:u1","client":"c1"}}}}"#,
            protobuf: "1c221a120767726f75703a37320f0a0d0a07757365723a753112026331"
        ),
        GoldenReply(
            "unsubscribe",
            .unsubscribe(.server),
            channel: "group:7",
            json: #"{"push":{"channel":"group:7","unsubscribe":{"code":2000,"reason":"server unsubscribe"}}}"#,
            protobuf: "242222120767726f75703a373a1710d00f1a1273657276657220756e737562736372696265"
        ),
        GoldenReply(
            "message",
            .message(data: ByteBuffer(string: #"{"x":1}"#)),
            channel: "",
            json: #"{"push":{"message":{"data":{"x":1}}}}"#,
            protobuf: "0d220b42090a077b2278223a317d"
        ),
        GoldenReply(
            "subscribe",
            .subscribe(subscribePush),
            channel: "group:7",
            json: #"{"push":{"channel":"group:7","subscribe":{"recoverable":true,"epoch":"0000abcd","offset":13,"#
                + #""positioned":true,"data":1}}}"#,
            protobuf: "20221e120767726f75703a374a13080122083030303061626364280d30013a0131"
        ),
        GoldenReply(
            "connect",
            .connect(connectPush),
            channel: "",
            json: #"{"push":{"connect":{"client":"c1","version":"v1","expires":true,"ttl":60,"data":{},"subs":{"#
                + #""group:7":{"epoch":"0000abcd"}},"ping":25,"pong":true,"session":"s","node":"n","time":5}}}"#,
            protobuf: """
                37223552330a026331120276311a027b7d22150a0767726f75703a37120a320830303030616263642801303c381940014a01735201\
                6e5805
                """
        ),
        GoldenReply(
            "disconnect",
            .disconnect(.shutdown),
            channel: "",
            json: #"{"push":{"disconnect":{"code":3001,"reason":"shutdown","reconnect":true}}}"#,
            protobuf: "1322115a0f08b917120873687574646f776e1801"
        ),
        GoldenReply(
            "refresh",
            .refresh(timeToLive: 60),
            channel: "",
            json: #"{"push":{"refresh":{"expires":true,"ttl":60}}}"#,
            protobuf: "08220662040801103c"
        ),
    ]
}
