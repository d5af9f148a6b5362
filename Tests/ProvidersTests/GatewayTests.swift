import Foundation
import NIOHTTP1
import Primitives
import Testing

@testable import Providers

@Suite("Pushes by a gateway", .timeLimit(.minutes(10)))
struct GatewayTests {
    @Test("A gateway gets all of a push as JSON, once, whatever it answers")
    func gateway() async throws {
        let answers: [Reply] = [.answer(202, [:], #"{"id":"g1"}"#), .hangUp, .answer(503, ["Retry-After": "9"])]
        try await ScriptedServer.run { _, number in
            answers[number - 1]
        } _: { server in
            let document =
                #"{"g":{"kind":"push","url":"\#(server.url)/p","headers":{"X-A":"b"},"authorization":{"variable":"K"}}}"#
            try await withOutside(document, variables: ["K": "key"]) { scene in
                #expect(await scene.outside.push("g", Pushes.message, to: .token("t1")) == .accepted(id: "g1"))
                let push = server.requests[0]
                #expect(push.headers["authorization"] == ["Bearer key"] && push.headers["x-a"] == ["b"])
                #expect(push.headers["idempotency-key"] == ["m1"])
                let expected = #"""
                    {"id":"m1","to":{"token":"t1"},"title":"Hello","body":"There","badge":3,"data":{"chat":"c1"},
                     "urgency":"high","expiresAt":1700000060000}
                    """#
                let (sent, wanted) = (try json(push.body), try json(expected.utf8))
                #expect(sent == wanted)
                let result = await scene.outside.push("g", Pushes.retraction, to: .token("t1"))
                guard case .failed(let reason) = result else {
                    Issue.record("not failed")
                    return
                }
                #expect(reason.hasPrefix("unreachable"))
                #expect(server.requests.count == 2)
                #expect(server.requests[1].headers["idempotency-key"] == ["m1/retract"])
                #expect(await scene.outside.push("g", Pushes.message, to: .token("t1")) == .failed("503"))
                #expect(scene.state.pausedUntil == start + .seconds(9))
                guard case .notTried(let until) = await scene.outside.push("g", Pushes.message, to: .token("t1")) else {
                    Issue.record("tried")
                    return
                }
                #expect(until > start + .seconds(9) && server.requests.count == 3)
            }
        }
    }

    @Test("An address is kept as JSON")
    func addresses() throws {
        let known: [(String, PushAddress)] = [
            (#"{"token":"t"}"#, .token("t")),
            (#"{"registeredAt":5,"token":"t"}"#, .token("t", registeredAt: Timestamp(rawValue: 5))),
            (
                #"{"auth":"a","endpoint":"https://e","p256dh":"p"}"#,
                .subscription(endpoint: "https://e", p256dh: "p", auth: "a")
            ),
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for (text, address) in known {
            #expect(String(decoding: try encoder.encode(address), as: UTF8.self) == text)
            #expect(try JSONDecoder().decode(PushAddress.self, from: Data(text.utf8)) == address)
        }
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(PushAddress.self, from: Data("{}".utf8)) }
    }
}
