import NIOCore
import NIOHTTP1
import NIOPosix
import Primitives
import Telemetry
import Testing

@testable import Providers

@Suite("Calls", .timeLimit(.minutes(10)))
struct CallTests {
    /// A document with one sender, `s`, that is quick in everything.
    private func document(_ url: String, _ members: String = "", kind: String = "webhook") -> String {
        let quick = #""timeout":2000,"backoff":{"first":1,"max":4,"jitter":0}"#
        return #"{"s":{"kind":"\#(kind)","url":"\#(url)",\#(quick)\#(members.isEmpty ? "" : ",")\#(members)}}"#
    }

    private let post = OutsideRequest(.post, body: ByteBuffer(string: #"{"a":1}"#), headers: ["Idempotency-Key": "k1"])

    private func expectFailure(_ result: CallResult, _ reason: String) throws {
        #expect(try self.failure(result).reason == reason)
    }

    private func failure(_ result: CallResult) throws -> (reason: String, retryAt: Timestamp) {
        guard case .failed(let reason, let retryAt) = result else {
            Issue.record("not failed: \(result)")
            throw CancellationError()
        }
        return (reason, retryAt)
    }

    @Test("A request goes out whole, with its secret, and its answer comes back")
    func whole() async throws {
        try await ScriptedServer.run { _, _ in
            .answer(200, ["ETag": "\"v2\""], #"{"ok":true}"#)
        } _: { server in
            let members = #""authorization":{"variable":"KEY"},"headers":{"X-Team":"one","X-Both":"document"}"#
            try await withOutside(self.document(server.url + "/base", members), variables: ["KEY": "s3cret"]) { scene in
                var request = self.post
                request.path = "drivers/42"
                request.query = [("since", "a b")]
                request.headers["x-both"] = "request"
                let result = await scene.outside.call("s", request)
                #expect(
                    result
                        == .answered(
                            OutsideAnswer(status: 200, etag: "\"v2\"", body: ByteBuffer(string: #"{"ok":true}"#))
                        )
                )
                let served = try #require(server.requests.first)
                #expect(served.method == "POST" && served.uri == "/base/drivers/42?since=a%20b")
                #expect(served.body == Array(#"{"a":1}"#.utf8))
                #expect(served.headers["authorization"] == ["Bearer s3cret"])
                #expect(served.headers["idempotency-key"] == ["k1"])
                #expect(served.headers["content-type"] == ["application/json"])
                #expect(served.headers["x-team"] == ["one"] && served.headers["x-both"] == ["request"])
                #expect(scene.state.counts == [.accepted: 1])
                #expect(scene.state.p50 != nil && scene.state.lastFailure == nil)
                #expect(!"\(scene.outside.states)".contains("s3cret"))
            }
        }
    }

    @Test("Not modified is an answer")
    func notModified() async throws {
        try await ScriptedServer.run { _, _ in
            .answer(304, ["ETag": "\"v2\""])
        } _: { server in
            try await withOutside(self.document(server.url, kind: "profiles")) { scene in
                let result = await scene.outside.call("s", OutsideRequest(.get, headers: ["If-None-Match": "\"v2\""]))
                #expect(result == .answered(OutsideAnswer(status: 304, etag: "\"v2\"", body: ByteBuffer())))
                #expect(server.requests[0].headers["if-none-match"] == ["\"v2\""])
                #expect(server.requests[0].method == "GET" && server.requests[0].body.isEmpty)
            }
        }
    }

    @Test("A service that stumbles is asked again within the call")
    func again() async throws {
        let answers: [Reply] = [.answer(500), .hangUp, .answer(200)]
        try await ScriptedServer.run { _, number in
            answers[number - 1]
        } _: { server in
            try await withOutside(self.document(server.url)) { scene in
                guard case .answered = await scene.outside.call("s", self.post) else {
                    Issue.record("not answered")
                    return
                }
                #expect(server.requests.count == 3)
                #expect(server.requests.allSatisfy { $0.headers["idempotency-key"] == ["k1"] })
                #expect(scene.state.counts == [.failed: 2, .accepted: 1])
                let page = scene.registry.render()
                #expect(page.contains(#"switchboard_sender_attempts_total{sender="s",result="failed"} 2"#))
                #expect(page.contains(#"switchboard_sender_seconds_count{sender="s"} 3"#))
                #expect(page.contains(#"switchboard_sender_circuit_open{sender="s"} 0"#))
            }
        }
    }

    @Test("When all attempts fail, the call says why and when to come again")
    func allFail() async throws {
        try await ScriptedServer.run { _, _ in
            .answer(502, [:], "bad gateway")
        } _: { server in
            try await withOutside(self.document(server.url, #""attempts":2"#)) { scene in
                let (reason, retryAt) = try self.failure(await scene.outside.call("s", self.post))
                #expect(reason == "502")
                #expect(retryAt > start && retryAt < start + .seconds(1))
                #expect(server.requests.count == 2)
                #expect(scene.state.lastFailure == .init(reason: "502 bad gateway", at: start))
            }
        }
    }

    @Test("What a service refuses is final", arguments: [400, 401, 404, 409, 413, 422, 302])
    func refused(status: Int) async throws {
        try await ScriptedServer.run { _, _ in
            .answer(status, ["location": "/elsewhere"], "no")
        } _: { server in
            try await withOutside(self.document(server.url)) { scene in
                let result = await scene.outside.call("s", self.post)
                #expect(result == .refused(status: status, detail: "\(status) no"))
                #expect(server.requests.count == 1)
                #expect(scene.state.circuit == .closed)
            }
        }
    }

    @Test("Without an answer a call ends with its time", arguments: [Reply.silence, .half])
    func timesOut(reply: Reply) async throws {
        try await ScriptedServer.run { _, _ in
            reply
        } _: { server in
            let document = #"{"s":{"kind":"support","url":"\#(server.url)","timeout":50,"attempts":1}}"#
            try await withOutside(document) { scene in
                try self.expectFailure(await scene.outside.call("s", self.post), "timed out")
                #expect(scene.state.counts == [.timedOut: 1])
                #expect(scene.state.inFlight == 0)
            }
        }
    }

    @Test("Nobody at the address is a failure like any other")
    func connectionRefused() async throws {
        let url = try await ScriptedServer.run { _, _ in
            .silence
        } _: {
            $0.url
        }
        try await withOutside(self.document(url, #""circuit":{"failures":3,"openFor":1000}"#)) { scene in
            let (reason, _) = try self.failure(await scene.outside.call("s", self.post))
            #expect(reason.hasPrefix("unreachable"))
            #expect(scene.state.circuit == .open)
            guard case .notTried(let until) = await scene.outside.call("s", self.post) else {
                Issue.record("tried")
                return
            }
            #expect(until > start + .seconds(1))
            #expect(scene.registry.render().contains(#"switchboard_sender_circuit_open{sender="s"} 1"#))
        }
    }

    @Test("An answer of more than 1 MiB is not taken, and not asked for again")
    func tooLarge() async throws {
        let long = String(repeating: "x", count: (1 << 20) + 1)
        try await ScriptedServer.run { _, _ in
            .answer(200, [:], long)
        } _: { server in
            try await withOutside(self.document(server.url)) { scene in
                let (reason, _) = try self.failure(await scene.outside.call("s", self.post))
                #expect(reason == "the answer has more than 1048576 bytes")
                #expect(server.requests.count == 1 && scene.state.circuit == .closed)
            }
        }
    }

    @Test(
        "A service that says when is not asked before",
        arguments: ["30", "Tue, 14 Nov 2023 22:13:50 GMT"],
        [429, 503]
    )
    func retryAfter(value: String, status: Int) async throws {
        try await ScriptedServer.run { _, number in
            number == 1 ? .answer(status, ["Retry-After": value]) : .answer(204)
        } _: { server in
            try await withOutside(self.document(server.url)) { scene in
                let end = start + .seconds(30)
                let (_, retryAt) = try self.failure(await scene.outside.call("s", self.post))
                #expect(retryAt > end && retryAt < end + .seconds(1))
                #expect(scene.state.pausedUntil == end)
                guard case .notTried = await scene.outside.call("s", self.post) else {
                    Issue.record("tried during a pause")
                    return
                }
                #expect(server.requests.count == 1)
                scene.time.set(retryAt)
                guard case .answered = await scene.outside.call("s", self.post) else {
                    Issue.record("not answered after the pause")
                    return
                }
                #expect(scene.state.pausedUntil == nil)
            }
        }
    }

    @Test("After the circuit was open one request goes out, and no other until it is answered")
    func oneProbe() async throws {
        let held = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: Reply.self)
        let last = held.futureResult
        try await ScriptedServer.run { _, number in
            number <= 2 ? .answer(500) : number == 3 ? .later(last) : .answer(204)
        } _: { server in
            let members = #""attempts":1,"circuit":{"failures":2,"openFor":5000}"#
            try await withOutside(self.document(server.url, members)) { scene in
                for _ in 0..<2 { _ = await scene.outside.call("s", self.post) }
                #expect(scene.state.circuit == .open && scene.state.openUntil == start + .seconds(5))
                scene.time.advance(by: .seconds(5))
                async let probe = scene.outside.call("s", self.post)
                await server.received(3)
                #expect(scene.state.circuit == .halfOpen && scene.state.inFlight == 1)
                for _ in 0..<5 {
                    guard case .notTried = await scene.outside.call("s", self.post) else {
                        Issue.record("a second probe")
                        return
                    }
                }
                held.succeed(.answer(204))
                guard case .answered = await probe else {
                    Issue.record("the probe was not answered")
                    return
                }
                #expect(server.requests.count == 3)
                #expect(scene.state.circuit == .closed && scene.state.inFlightMax == 1)
                _ = await scene.outside.call("s", self.post)
                #expect(scene.state.inFlightMax == 2)
            }
        }
    }

    @Test("Without its secret nothing is sent, and the operator sees why")
    func missingSecret() async throws {
        try await ScriptedServer.run { _, _ in
            .answer(204)
        } _: { server in
            let document = self.document(server.url, #""authorization":{"variable":"KEY"}"#)
            try await withOutside(document) { scene in
                let reason = "secret: the variable KEY is not set"
                try self.expectFailure(await scene.outside.call("s", self.post), reason)
                #expect(server.requests.isEmpty)
                #expect(scene.state.secretFault == reason && scene.state.lastFailure?.reason == reason)
                #expect(scene.state.counts == [.unsent: 1] && scene.state.circuit == .closed)
                scene.variables["KEY"] = "now"
                scene.time.advance(by: .seconds(5))
                guard case .answered = await scene.outside.call("s", self.post) else {
                    Issue.record("not answered")
                    return
                }
                #expect(scene.state.secretFault == nil)
            }
        }
    }

    @Test("A new document leaves what it does not change as it was")
    func renews() async throws {
        try await ScriptedServer.run { _, _ in
            .answer(500)
        } _: { server in
            let members = #""attempts":1,"circuit":{"failures":1,"openFor":5000}"#
            try await withOutside(self.document(server.url, members)) { scene in
                _ = await scene.outside.call("s", self.post)
                #expect(scene.state.circuit == .open)
                scene.outside.renew(try senders(self.document(server.url, members)))
                #expect(scene.state.circuit == .open)
                scene.outside.renew(try senders(self.document(server.url, members + #","inFlight":2"#)))
                #expect(scene.state.circuit == .closed && scene.state.counts.isEmpty)
                #expect(scene.registry.render().contains(#"switchboard_sender_circuit_open{sender="s"} 0"#))
                scene.outside.renew([:])
                #expect(scene.outside.states.isEmpty && scene.outside.senders.isEmpty)
                #expect(await scene.outside.call("s", self.post) == .unknownSender)
            }
        }
    }

    @Test("Only senders of the generic kinds take calls, and only push services pushes")
    func kinds() async throws {
        let push = #""p":{"kind":"push","url":"http://127.0.0.1:1"}"#
        let hook = #""w":{"kind":"webhook","url":"http://127.0.0.1:1"}"#
        try await withOutside("{\(push),\(hook)}") { scene in
            let message = PushMessage(id: "1")
            #expect(await scene.outside.call("p", self.post) == .unknownSender)
            #expect(await scene.outside.push("w", message, to: .token("t")) == .unknownSender)
            #expect(await scene.outside.push("none", message, to: .token("t")) == .unknownSender)
        }
    }

    @Test("After the end a call fails, and one under way ends")
    func shutDown() async throws {
        try await ScriptedServer.run { _, _ in
            .silence
        } _: { server in
            try await withOutside(self.document(server.url)) { scene in
                async let underWay = scene.outside.call("s", self.post)
                await server.received(1)
                await scene.outside.shutDown()
                try self.expectFailure(await underWay, "cancelled")
                try self.expectFailure(await scene.outside.call("s", self.post), "cancelled")
                #expect(scene.state.circuit == .closed && scene.state.inFlight == 0)
            }
        }
    }

    @Test("Whoever gives up does not wait for the service")
    func cancelled() async throws {
        try await ScriptedServer.run { _, _ in
            .silence
        } _: { server in
            try await withOutside(self.document(server.url, #""inFlight":1"#)) { scene in
                let call = Task { await scene.outside.call("s", self.post) }
                await server.received(1)
                call.cancel()
                try self.expectFailure(await call.value, "cancelled")
                #expect(scene.state.inFlight == 0)
            }
        }
    }
}
