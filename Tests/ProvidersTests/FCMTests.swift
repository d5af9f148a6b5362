import CryptoExtras
import Foundation
import JWTKit
import NIOCore
import NIOHTTP1
import NIOPosix
import Primitives
import Testing

@testable import Providers

@Suite("Pushes by FCM", .timeLimit(.minutes(10)))
struct FCMTests {
    private static let rsa = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }

    /// The JSON of a service account with a new key.
    private func account(tokenURI: String) throws -> String {
        let fields = [
            "client_email": "robot@p.example", "private_key": try Self.rsa.get().pemRepresentation,
            "private_key_id": "kid1", "token_uri": tokenURI,
        ]
        return String(decoding: try JSONEncoder().encode(fields), as: UTF8.self)
    }

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
            let result = await scene.outside.push("f", Pushes.message, to: .token("device-1"))
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
        #expect(try Tokens.header(token)["kid"]?.text == "kid1" && Tokens.header(token)["alg"]?.text == "RS256")
    }

    @Test("A retraction shows nothing: FCM gets data alone")
    func fcmRetraction() async throws {
        try await self.withFCM { request, _ in
            request.uri == "/token" ? Self.token : .answer(200, [:], "{}")
        } _: { scene, server in
            #expect(await scene.outside.push("f", Pushes.retraction, to: .token("d")) == .accepted(id: nil))
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
                for _ in 0..<20 { group.addTask { await scene.outside.push("f", Pushes.message, to: .token("d")) } }
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
            #expect(await scene.outside.push("f", Pushes.message, to: .token("d")) == .failed("401"))
            #expect(server.requests.count == 2)
            scene.time.advance(by: .seconds(11))
            #expect(await scene.outside.push("f", Pushes.message, to: .token("d")) == .failed("401"))
            #expect(await scene.outside.push("f", Pushes.message, to: .token("d")) == .accepted(id: nil))
            #expect(server.requests.map(\.uri).count { $0 == "/token" } == 2)
        }
    }

    @Test("Without a token nothing is pushed, and the token is not asked for again at once")
    func noToken() async throws {
        try await self.withFCM { _, _ in
            .answer(400, [:], #"{"error":"invalid_grant"}"#)
        } _: { scene, server in
            for _ in 0..<3 {
                let result = await scene.outside.push("f", Pushes.message, to: .token("d"))
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
            let result = await scene.outside.push("f", Pushes.message, to: .token("d"))
            #expect(result == .failed("secret: is not the JSON of a service account"))
        }
    }
}
