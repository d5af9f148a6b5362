import Crypto
import CryptoExtras
import Foundation
import JWTKit
import NIOCore
import NIOHTTP1
import NIOPosix
import Primitives
import Testing

@testable import Providers

@Suite("Pushes", .timeLimit(.minutes(1)))
struct PushTests {
    private static let rsa = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }
    private let message = PushMessage(
        id: "m1",
        title: "Hello",
        body: "There",
        badge: 3,
        data: ["chat": "c1"],
        expiresAt: start + .seconds(60),
        urgency: .high
    )
    private let retraction = PushMessage(id: "m1", badge: 2, isRetraction: true)

    /// The JSON of a service account with a new key.
    private func account(tokenURI: String) throws -> String {
        let fields = [
            "client_email": "robot@p.example", "private_key": try Self.rsa.get().pemRepresentation,
            "private_key_id": "kid1", "token_uri": tokenURI,
        ]
        return String(decoding: try JSONEncoder().encode(fields), as: UTF8.self)
    }

    private func claims<Claims: JWTPayload>(
        _ token: String,
        _: Claims.Type,
        _ key: P256.Signing.PublicKey
    ) async throws -> Claims {
        let keys = JWTKeyCollection()
        await keys.add(ecdsa: try ES256PublicKey(backing: key))
        return try await keys.verify(token, as: Claims.self)
    }

    /// The header of a token.
    private func header(_ token: String) throws -> JSONValue {
        try json(try #require(Base64URL.decode(String(token.prefix { $0 != "." }))))
    }

    // MARK: FCM

    private func withFCM(
        _ script: @escaping ScriptedServer.Script,
        _ body: (Scene, ScriptedServer) async throws -> Void
    ) async throws {
        try await ScriptedServer.run(script) { server in
            let document = #"{"f":{"kind":"fcm","url":"\#(server.url)","project":"p-1","account":{"variable":"A"}}}"#
            let account = try self.account(tokenURI: server.url + "/token")
            try await withOutside(document, variables: ["A": account]) { try await body($0, server) }
        }
    }

    private static let token = Reply.answer(200, [:], #"{"access_token":"T1","expires_in":3600,"token_type":"Bearer"}"#)

    @Test("FCM gets a message by an access token that the account's signature buys")
    func fcm() async throws {
        try await self.withFCM { request, _ in
            request.uri == "/token" ? Self.token : .answer(200, [:], #"{"name":"projects/p-1/messages/9"}"#)
        } _: { scene, server in
            let result = await scene.outside.push("f", self.message, to: .token("device-1"))
            #expect(result == .accepted(id: "projects/p-1/messages/9"))
            try await self.expectAssertion(server.requests[0], audience: server.url + "/token")
            let push = server.requests[1]
            #expect(push.uri == "/v1/projects/p-1/messages:send")
            #expect(push.headers["authorization"] == ["Bearer T1"])
            let sent = try #require(try json(push.body)["message"])
            #expect(sent["token"]?.text == "device-1")
            #expect(sent["notification"] == .texts(["title": "Hello", "body": "There"]))
            #expect(sent["data"] == .texts(["chat": "c1", "id": "m1"]))
            #expect(sent["android"]?["priority"]?.text == "HIGH" && sent["android"]?["ttl"]?.text == "60s")
            #expect(sent["android"]?["notification"]?["tag"]?.text == "m1")
            #expect(sent["apns"]?["headers"]?["apns-collapse-id"]?.text == "m1")
            #expect(sent["apns"]?["payload"]?["aps"]?["badge"]?.integer == 3)
            #expect(sent["webpush"]?["headers"]?["Urgency"]?.text == "high")
        }
    }

    private func expectAssertion(_ request: Served, audience: String) async throws {
        #expect(request.headers["content-type"] == ["application/x-www-form-urlencoded"])
        let form = String(decoding: request.body, as: UTF8.self)
        let prefix = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="
        #expect(form.hasPrefix(prefix))
        let token = String(form.dropFirst(prefix.count)), keys = JWTKeyCollection()
        await keys.add(
            rsa: try Insecure.RSA.PublicKey(pem: Self.rsa.get().publicKey.pemRepresentation),
            digestAlgorithm: .sha256
        )
        let claims = try await keys.verify(token, as: AssertionClaims.self)
        #expect(claims.iss == "robot@p.example" && claims.aud == audience)
        #expect(claims.scope == "https://www.googleapis.com/auth/firebase.messaging")
        #expect(claims.iat == start.rawValue / 1000 && claims.exp == claims.iat + 3600)
        #expect(try self.header(token)["kid"]?.text == "kid1" && self.header(token)["alg"]?.text == "RS256")
    }

    @Test("A retraction shows nothing: FCM gets data alone")
    func fcmRetraction() async throws {
        try await self.withFCM { request, _ in
            request.uri == "/token" ? Self.token : .answer(200, [:], "{}")
        } _: { scene, server in
            #expect(await scene.outside.push("f", self.retraction, to: .token("d")) == .accepted(id: nil))
            let sent = try #require(try json(server.requests[1].body)["message"])
            #expect(sent["notification"] == nil && sent["android"]?["notification"] == nil)
            #expect(sent["data"] == .texts(["id": "m1", "retract": "true", "badge": "2"]))
            #expect(
                sent["apns"]?["payload"]?["aps"] == .object(["badge": .integer(2), "content-available": .integer(1)])
            )
        }
    }

    @Test("However many pushes need a token, one request fetches it")
    func singleFlight() async throws {
        let held = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: Reply.self)
        let token = held.futureResult
        try await self.withFCM { request, _ in
            request.uri == "/token" ? .later(token) : .answer(200, [:], "{}")
        } _: { scene, server in
            await withTaskGroup(of: PushResult.self) { group in
                for _ in 0..<20 { group.addTask { await scene.outside.push("f", self.message, to: .token("d")) } }
                await server.received(1)
                held.succeed(Self.token)
                for await result in group { #expect(result == .accepted(id: nil)) }
            }
            #expect(server.requests.count { $0.uri == "/token" } == 1)
            #expect(server.requests.count == 21)
        }
    }

    @Test("A token that is not taken is made anew for the next push; the push itself is not repeated")
    func tokenRefused() async throws {
        try await self.withFCM { request, number in
            request.uri == "/token" ? Self.token : number < 4 ? .answer(401) : .answer(200, [:], "{}")
        } _: { scene, server in
            #expect(await scene.outside.push("f", self.message, to: .token("d")) == .failed("401"))
            #expect(server.requests.count == 2)
            scene.time.advance(by: .seconds(11))
            #expect(await scene.outside.push("f", self.message, to: .token("d")) == .failed("401"))
            #expect(await scene.outside.push("f", self.message, to: .token("d")) == .accepted(id: nil))
            #expect(server.requests.map(\.uri).count { $0 == "/token" } == 2)
        }
    }

    @Test("Without a token nothing is pushed, and the token is not asked for again at once")
    func noToken() async throws {
        try await self.withFCM { _, _ in
            .answer(400, [:], #"{"error":"invalid_grant"}"#)
        } _: { scene, server in
            for _ in 0..<3 {
                let result = await scene.outside.push("f", self.message, to: .token("d"))
                #expect(result == .failed(#"token refused: 400 {"error":"invalid_grant"}"#))
            }
            #expect(server.requests.count == 1)
            #expect(scene.state.circuit == .closed && scene.state.counts == [.unsent: 3])
        }
    }

    @Test("What is no service account is told as such")
    func badAccount() async throws {
        let document = #"{"f":{"kind":"fcm","project":"p","account":{"variable":"A"}}}"#
        try await withOutside(document, variables: ["A": "{}"]) { scene in
            let result = await scene.outside.push("f", self.message, to: .token("d"))
            #expect(result == .failed("secret: is not the JSON of a service account"))
        }
    }

    // MARK: APNs

    private func withAPNS(
        _ script: @escaping ScriptedServer.Script,
        _ body: (Scene, ScriptedServer, P256.Signing.PrivateKey) async throws -> Void
    ) async throws {
        let key = P256.Signing.PrivateKey()
        try await ScriptedServer.run(script) { server in
            let document =
                #"{"a":{"kind":"apns","url":"\#(server.url)","key":{"variable":"K"},"keyID":"KID1","teamID":"TEAM","topic":"app.example"}}"#
            try await withOutside(document, variables: ["K": key.pemRepresentation]) {
                try await body($0, server, key)
            }
        }
    }

    @Test("APNs gets an alert by a token that the team's key has signed")
    func apns() async throws {
        try await self.withAPNS { _, _ in
            .answer(200, ["apns-id": "ID-1"])
        } _: { scene, server, key in
            #expect(await scene.outside.push("a", self.message, to: .token("0aF9")) == .accepted(id: "ID-1"))
            let push = server.requests[0]
            #expect(push.method == "POST" && push.uri == "/3/device/0aF9")
            #expect(push.headers["apns-topic"] == ["app.example"] && push.headers["apns-push-type"] == ["alert"])
            #expect(push.headers["apns-priority"] == ["10"] && push.headers["apns-collapse-id"] == ["m1"])
            #expect(push.headers["apns-expiration"] == ["\(start.rawValue / 1000 + 60)"])
            #expect(UUID(uuidString: push.headers["apns-id"][0]) != nil)
            let body = try json(push.body)
            #expect(body["aps"]?["alert"] == .texts(["title": "Hello", "body": "There"]))
            #expect(body["aps"]?["badge"]?.integer == 3 && body["aps"]?["sound"]?.text == "default")
            #expect(body["id"]?.text == "m1" && body["data"] == .texts(["chat": "c1"]) && body["retract"] == nil)
            let token = try #require(push.headers["authorization"].first?.split(separator: " ").last.map(String.init))
            let claims = try await self.claims(token, TeamClaims.self, key.publicKey)
            #expect(claims.iss == "TEAM" && claims.iat == start.rawValue / 1000)
            #expect(try self.header(token)["kid"]?.text == "KID1" && self.header(token)["alg"]?.text == "ES256")
        }
    }

    @Test("APNs gets the same token for twenty minutes at least, and for an hour at most")
    func apnsToken() async throws {
        try await self.withAPNS { _, _ in
            .answer(403, [:], #"{"reason":"ExpiredProviderToken"}"#)
        } _: { scene, server, _ in
            func push(atMinute minute: Int64) async -> String {
                scene.time.set(start + .seconds(minute * 60))
                var message = self.message
                message.expiresAt = nil
                #expect(await scene.outside.push("a", message, to: .token("aa")) == .failed("403 ExpiredProviderToken"))
                return server.requests.last?.headers["authorization"].first ?? ""
            }
            let first = await push(atMinute: 0)
            #expect(await push(atMinute: 19) == first)
            // This one is old enough to go when it is refused.
            #expect(await push(atMinute: 20) == first)
            let second = await push(atMinute: 21)
            #expect(second != first)
        }
    }

    @Test("A retraction is silent for APNs: with a badge, or in the background")
    func apnsRetraction() async throws {
        try await self.withAPNS { _, _ in
            .answer(200)
        } _: { scene, server, _ in
            var plain = self.retraction
            plain.badge = nil
            _ = await scene.outside.push("a", self.retraction, to: .token("aa"))
            _ = await scene.outside.push("a", plain, to: .token("aa"))
            let (first, second) = (server.requests[0], server.requests[1])
            let (withBadge, without) = (try json(first.body), try json(second.body))
            #expect(first.headers["apns-push-type"] == ["alert"] && first.headers["apns-priority"] == ["5"])
            #expect(withBadge["aps"] == .object(["badge": .integer(2), "content-available": .integer(1)]))
            #expect(withBadge["retract"] == .bool(true))
            #expect(second.headers["apns-push-type"] == ["background"] && second.headers["apns-priority"] == ["5"])
            #expect(without["aps"] == .object(["content-available": .integer(1)]))
        }
    }

    @Test("A device over its limit stops nobody else; a dead one is told; what cannot be sent is not")
    func apnsAnswers() async throws {
        let answers: [Reply] = [
            .answer(429, [:], #"{"reason":"TooManyRequests"}"#),
            .answer(410, [:], #"{"reason":"Unregistered","timestamp":\#(start.rawValue)}"#),
        ]
        try await self.withAPNS { _, number in
            answers[number - 1]
        } _: { scene, server, _ in
            #expect(await scene.outside.push("a", self.message, to: .token("aa")) == .failed("429 TooManyRequests"))
            #expect(scene.state.pausedUntil == nil)
            #expect(await scene.outside.push("a", self.message, to: .token("bb")) == .addressDead("410 Unregistered"))
            let odd = await scene.outside.push("a", self.message, to: .token("no/hex"))
            #expect(odd == .addressDead("not a device token: it has other than hexadecimal digits"))
            var long = self.message
            long.body = String(repeating: "x", count: 4096)
            guard case .refused(let reason) = await scene.outside.push("a", long, to: .token("aa")) else {
                Issue.record("not refused")
                return
            }
            #expect(reason.hasSuffix("4096 are allowed"))
            long.expiresAt = start
            #expect(await scene.outside.push("a", long, to: .token("aa")) == .refused("it has expired"))
            #expect(server.requests.count == 2)
            #expect(scene.state.counts == [.failed: 1, .addressDead: 2, .refused: 1])
        }
    }

    // MARK: Web Push

    @Test("A browser gets what nobody else can read, by a token for its push service alone")
    func webPush() async throws {
        let key = P256.Signing.PrivateKey(), browser = Browser()
        try await ScriptedServer.run { _, _ in
            .answer(201, ["location": "/m/7"])
        } _: { server in
            let document = #"{"w":{"kind":"webpush","key":{"variable":"V"},"subject":"mailto:ops@x.example"}}"#
            let variables = ["V": Base64URL.encode(key.rawRepresentation)]
            try await withOutside(document, variables: variables) { scene in
                let address = PushAddress(.subscription(browser.subscription(at: server.url + "/push/abc")))
                #expect(await scene.outside.push("w", self.message, to: address) == .accepted(id: "/m/7"))
                let push = server.requests[0]
                #expect(push.method == "POST" && push.uri == "/push/abc")
                #expect(push.headers["content-encoding"] == ["aes128gcm"])
                #expect(push.headers["ttl"] == ["60"] && push.headers["urgency"] == ["high"])
                #expect(push.headers["topic"].first?.count == 32)
                let plain = try json(browser.open(push.body))
                #expect(plain["title"]?.text == "Hello" && plain["data"] == .texts(["chat": "c1"]))
                try await self.expectServerToken(push.headers["authorization"][0], server.url, key)
                _ = await scene.outside.push("w", self.retraction, to: address)
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
        let claims = try await self.claims(parts[0], ServerClaims.self, key.publicKey)
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
                    #"{"w":{"kind":"webpush",\#(members)},"x":{"kind":"webpush",\#(members),"hosts":["push.example"]}}"#
                try await withOutside(document, variables: ["V": key.pemRepresentation]) { scene in
                    func push(to endpoint: String, by name: String = "w") async -> PushResult {
                        let address = PushAddress(.subscription(browser.subscription(at: endpoint)))
                        return await scene.outside.push(name, self.message, to: address)
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
                    for other in [well.url + "/1", "https://notpush.example/1", "https://push.example.evil.example"] {
                        #expect(await push(to: other, by: "x") == refused)
                    }
                    let token = await scene.outside.push("w", self.message, to: .token("aa"))
                    #expect(token == .refused("not a subscription"))
                }
            }
        }
    }

    // MARK: Gateways

    @Test("A gateway gets all of a push as JSON, once, whatever it answers")
    func gateway() async throws {
        let answers: [Reply] = [.answer(202, [:], #"{"id":"g1"}"#), .hangUp, .answer(503, ["Retry-After": "9"])]
        try await ScriptedServer.run { _, number in
            answers[number - 1]
        } _: { server in
            let document =
                #"{"g":{"kind":"push","url":"\#(server.url)/p","headers":{"X-A":"b"},"authorization":{"variable":"K"}}}"#
            try await withOutside(document, variables: ["K": "key"]) { scene in
                #expect(await scene.outside.push("g", self.message, to: .token("t1")) == .accepted(id: "g1"))
                let push = server.requests[0]
                #expect(push.headers["authorization"] == ["Bearer key"] && push.headers["x-a"] == ["b"])
                #expect(push.headers["idempotency-key"] == ["m1"])
                let expected = #"""
                    {"id":"m1","to":{"token":"t1"},"title":"Hello","body":"There","badge":3,"data":{"chat":"c1"},
                     "urgency":"high","expiresAt":1700000060000}
                    """#
                let (sent, wanted) = (try json(push.body), try json(expected.utf8))
                #expect(sent == wanted)
                let result = await scene.outside.push("g", self.retraction, to: .token("t1"))
                guard case .failed(let reason) = result else {
                    Issue.record("not failed")
                    return
                }
                #expect(reason.hasPrefix("unreachable"))
                #expect(server.requests.count == 2)
                #expect(server.requests[1].headers["idempotency-key"] == ["m1/retract"])
                #expect(await scene.outside.push("g", self.message, to: .token("t1")) == .failed("503"))
                #expect(scene.state.pausedUntil == start + .seconds(9))
                guard case .notTried(let until) = await scene.outside.push("g", self.message, to: .token("t1")) else {
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
