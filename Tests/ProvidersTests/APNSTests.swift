import Crypto
import Foundation
import NIOHTTP1
import Primitives
import Testing

@testable import Providers

@Suite("Pushes by APNs", .timeLimit(.minutes(10)))
struct APNSTests {
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
            #expect(await scene.outside.push("a", Pushes.message, to: .token("0aF9")) == .accepted(id: "ID-1"))
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
            let claims = try await Tokens.claims(token, TeamClaims.self, key.publicKey)
            #expect(claims.iss == "TEAM" && claims.iat == start.rawValue / 1000)
            #expect(try Tokens.header(token)["kid"]?.text == "KID1" && Tokens.header(token)["alg"]?.text == "ES256")
        }
    }

    @Test("APNs gets the same token for twenty minutes at least, and for an hour at most")
    func apnsToken() async throws {
        try await self.withAPNS { _, _ in
            .answer(403, [:], #"{"reason":"ExpiredProviderToken"}"#)
        } _: { scene, server, _ in
            func push(atMinute minute: Int64) async -> String {
                scene.time.set(start + .seconds(minute * 60))
                var message = Pushes.message
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
            var plain = Pushes.retraction
            plain.badge = nil
            _ = await scene.outside.push("a", Pushes.retraction, to: .token("aa"))
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
            #expect(await scene.outside.push("a", Pushes.message, to: .token("aa")) == .failed("429 TooManyRequests"))
            #expect(scene.state.pausedUntil == nil)
            #expect(await scene.outside.push("a", Pushes.message, to: .token("bb")) == .addressDead("410 Unregistered"))
            let odd = await scene.outside.push("a", Pushes.message, to: .token("no/hex"))
            #expect(odd == .addressDead("not a device token: it has other than hexadecimal digits"))
            var long = Pushes.message
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
}
