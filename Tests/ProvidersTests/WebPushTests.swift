import Crypto
import NIOHTTP1
import Primitives
import Testing

@testable import Providers

@Suite("Pushes to browsers", .timeLimit(.minutes(10)))
struct WebPushTests {
    @Test("A browser gets what nobody else can read, by a token for its push service alone")
    func webPush() async throws {
        let key = P256.Signing.PrivateKey(), browser = Browser()
        try await ScriptedServer.run { _, _ in
            .answer(201, ["location": "/m/7"])
        } _: { server in
            let members = #""key":{"variable":"V"},"subject":"mailto:ops@x.example""#
            let document = #"{"w":{"kind":"webpush",\#(members),"hosts":["127.0.0.1"]}}"#
            let variables = ["V": Base64URL.encode(key.rawRepresentation)]
            try await withOutside(document, variables: variables) { scene in
                let address = PushAddress(.subscription(browser.subscription(at: server.url + "/push/abc")))
                #expect(await scene.outside.push("w", Pushes.message, to: address) == .accepted(id: "/m/7"))
                let push = server.requests[0]
                #expect(push.method == "POST" && push.uri == "/push/abc")
                #expect(push.headers["content-encoding"] == ["aes128gcm"])
                #expect(push.headers["ttl"] == ["60"] && push.headers["urgency"] == ["high"])
                #expect(push.headers["topic"].first?.count == 32)
                let plain = try json(browser.open(push.body))
                #expect(plain["title"]?.text == "Hello" && plain["data"] == .texts(["chat": "c1"]))
                try await self.expectServerToken(push.headers["authorization"][0], server.url, key)
                _ = await scene.outside.push("w", Pushes.retraction, to: address)
                let taken = server.requests[1]
                #expect(taken.headers["topic"] == push.headers["topic"] && taken.headers["ttl"] == ["2419200"])
                #expect(taken.headers["authorization"] == push.headers["authorization"])
                let silent = try json(browser.open(taken.body))
                #expect(silent == .object(["badge": .integer(2), "id": .string("m1"), "retract": .bool(true)]))
            }
        }
    }

    private func expectServerToken(_ value: String, _ origin: String, _ key: P256.Signing.PrivateKey) async throws {
        #expect(value.hasPrefix("vapid t="))
        let parts = value.dropFirst("vapid t=".count).split(separator: ", k=").map(String.init)
        #expect(try Base64URL.decode(#require(parts.last)) == Array(key.publicKey.x963Representation))
        let claims = try await Tokens.claims(parts[0], ServerClaims.self, key.publicKey)
        #expect(claims.aud == origin && claims.sub == "mailto:ops@x.example")
        #expect(claims.exp == start.rawValue / 1000 + 12 * 3600)
    }

    @Test("A push service that fails does not stop the others, and no odd address is written to")
    func webPushLanes() async throws {
        let key = P256.Signing.PrivateKey(), browser = Browser()
        try await ScriptedServer.run { _, _ in
            .answer(500)
        } _: { sick in
            try await ScriptedServer.run { _, _ in
                .answer(201)
            } _: { well in
                let members = #""key":{"variable":"V"},"subject":"mailto:x","circuit":{"failures":2,"openFor":1000}"#
                let document =
                    #"{"w":{"kind":"webpush",\#(members),"hosts":["127.0.0.1"]},"#
                    + #""x":{"kind":"webpush",\#(members)}}"#
                try await withOutside(document, variables: ["V": key.pemRepresentation]) { scene in
                    func push(to endpoint: String, by name: String = "w") async -> PushResult {
                        let address = PushAddress(.subscription(browser.subscription(at: endpoint)))
                        return await scene.outside.push(name, Pushes.message, to: address)
                    }
                    for _ in 0..<2 { #expect(await push(to: sick.url + "/1") == .failed("500")) }
                    guard case .notTried = await push(to: sick.url + "/2") else {
                        Issue.record("tried")
                        return
                    }
                    #expect(await push(to: well.url + "/1") == .accepted(id: nil))
                    #expect(scene.outside.states[0].circuit == .open)
                    let dead = PushResult.addressDead("the subscription names no https address")
                    for odd in ["http://push.example/1", "ftp://x", "push", "http://127.evil.example/"] {
                        #expect(await push(to: odd) == dead)
                    }
                    let refused = PushResult.refused("the subscription's host is not among those allowed")
                    let others = [
                        well.url + "/1", "https://notpush.apple.com/1", "https://push.apple.com.evil.example",
                    ]
                    for other in others {
                        #expect(await push(to: other, by: "x") == refused)
                    }
                    let token = await scene.outside.push("w", Pushes.message, to: .token("aa"))
                    #expect(token == .refused("not a subscription"))
                }
            }
        }
    }
}
