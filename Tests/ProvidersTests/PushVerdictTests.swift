import NIOCore
import NIOHTTP1
import Primitives
import Testing

@testable import Providers

@Suite("Answers of push services")
struct PushVerdictTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var status: Int
        var body = ""
        var verdict: PushVerdict

        var testDescription: String { "\(self.status) \(self.body.prefix(60))" }
    }

    private func answer(_ answer: Case, _ headers: HTTPHeaders = [:]) -> IncomingAnswer {
        IncomingAnswer(status: answer.status, headers: headers, body: ByteBuffer(string: answer.body))
    }

    private static func error(_ status: String, _ code: String? = nil) -> String {
        let type = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
        let details = code.map { #","details":[{"@type":"other"},{"@type":"\#(type)","errorCode":"\#($0)"}]"# } ?? ""
        return #"{"error":{"code":1,"message":"why","status":"\#(status)"\#(details)}}"#
    }

    static let ofFCM = [
        Case(status: 200, body: #"{"name":"projects/p/messages/1"}"#, verdict: .accepted(id: "projects/p/messages/1")),
        Case(status: 404, body: error("NOT_FOUND", "UNREGISTERED"), verdict: .dead("404 UNREGISTERED why")),
        Case(
            status: 403,
            body: error("PERMISSION_DENIED", "SENDER_ID_MISMATCH"),
            verdict: .dead("403 SENDER_ID_MISMATCH why")
        ),
        // Our own mistakes are no death of a device.
        Case(status: 404, body: error("NOT_FOUND"), verdict: .refused("404 NOT_FOUND why")),
        Case(status: 404, body: "<html>", verdict: .refused("404")),
        Case(status: 403, body: error("PERMISSION_DENIED"), verdict: .refused("403 PERMISSION_DENIED why")),
        Case(
            status: 400,
            body: error("INVALID_ARGUMENT", "INVALID_ARGUMENT"),
            verdict: .refused("400 INVALID_ARGUMENT why")
        ),
        Case(
            status: 401,
            body: error("UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"),
            verdict: .refused("401 THIRD_PARTY_AUTH_ERROR why")
        ),
        Case(status: 401, body: error("UNAUTHENTICATED"), verdict: .failed("401 UNAUTHENTICATED why", .token)),
        Case(
            status: 429,
            body: error("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"),
            verdict: .failed("429 QUOTA_EXCEEDED why", .pause)
        ),
        Case(status: 503, body: error("UNAVAILABLE", "UNAVAILABLE"), verdict: .failed("503 UNAVAILABLE why", .service)),
        Case(status: 500, body: error("INTERNAL", "INTERNAL"), verdict: .failed("500 INTERNAL why", .service)),
        Case(status: 302, verdict: .refused("302")),
    ]

    @Test("FCM", arguments: Self.ofFCM)
    func fcm(_ answer: Case) throws {
        let time = ManualTime(start)
        let service = FCMService(
            endpoint: try #require(Endpoint("https://fcm.example")),
            project: "p",
            account: .variable("A"),
            secrets: SecretReader(time: time),
            keeper: BearerKeeper(time: time, backoff: GateTests.backoff) { _ in .failure(.failed("none")) }
        )
        #expect(service.verdict(on: self.answer(answer), to: .token("t")) == answer.verdict)
    }

    private static func reason(_ reason: String, timestamp: Int64? = nil) -> String {
        #"{"reason":"\#(reason)"\#(timestamp.map { ",\"timestamp\":\($0)" } ?? "")}"#
    }

    static let ofAPNS = [
        Case(status: 200, verdict: .accepted(id: "A-1")),
        Case(status: 410, body: reason("Unregistered", timestamp: start.rawValue), verdict: .dead("410 Unregistered")),
        Case(
            status: 410,
            body: reason("ExpiredToken", timestamp: start.rawValue + 1),
            verdict: .dead("410 ExpiredToken")
        ),
        Case(
            status: 410,
            body: reason("Unregistered", timestamp: start.rawValue - 1),
            verdict: .failed("410 Unregistered before the device registered again", .ofOne)
        ),
        Case(status: 410, verdict: .dead("410")),
        Case(status: 400, body: reason("BadDeviceToken"), verdict: .dead("400 BadDeviceToken")),
        Case(status: 400, body: reason("DeviceTokenNotForTopic"), verdict: .dead("400 DeviceTokenNotForTopic")),
        Case(status: 400, body: reason("BadTopic"), verdict: .refused("400 BadTopic")),
        Case(status: 403, body: reason("InvalidProviderToken"), verdict: .refused("403 InvalidProviderToken")),
        Case(status: 403, body: reason("ExpiredProviderToken"), verdict: .failed("403 ExpiredProviderToken", .token)),
        Case(status: 404, body: reason("BadPath"), verdict: .refused("404 BadPath")),
        Case(status: 413, body: reason("PayloadTooLarge"), verdict: .refused("413 PayloadTooLarge")),
        Case(status: 429, body: reason("TooManyRequests"), verdict: .failed("429 TooManyRequests", .ofOne)),
        Case(
            status: 429,
            body: reason("TooManyProviderTokenUpdates"),
            verdict: .failed("429 TooManyProviderTokenUpdates", .pause)
        ),
        Case(status: 500, body: reason("InternalServerError"), verdict: .failed("500 InternalServerError", .service)),
        Case(status: 503, body: reason("Shutdown"), verdict: .failed("503 Shutdown", .service)),
    ]

    @Test("APNs", arguments: Self.ofAPNS)
    func apns(_ answer: Case) throws {
        let time = ManualTime(start)
        let service = APNSService(
            endpoint: try #require(Endpoint("https://apns.example")),
            topic: "app",
            key: .variable("K"),
            secrets: SecretReader(time: time),
            keeper: BearerKeeper(time: time, backoff: GateTests.backoff) { _ in .failure(.failed("none")) }
        )
        let verdict = service.verdict(
            on: self.answer(answer, ["apns-id": "A-1"]),
            to: .token("ab", registeredAt: start)
        )
        #expect(verdict == answer.verdict)
    }

    static let ofWebPush = [
        Case(status: 201, verdict: .accepted(id: "/m/1")),
        Case(status: 404, verdict: .dead("404")),
        Case(status: 410, body: "gone\nnow", verdict: .dead("410 gone now")),
        Case(status: 400, verdict: .refused("400")), Case(status: 401, verdict: .refused("401")),
        Case(status: 403, verdict: .refused("403")), Case(status: 413, verdict: .refused("413")),
        Case(status: 301, verdict: .refused("301")),
        Case(status: 408, verdict: .failed("408", .ofOne)), Case(status: 429, verdict: .failed("429", .pause)),
        Case(status: 500, verdict: .failed("500", .service)), Case(status: 502, verdict: .failed("502", .service)),
    ]

    @Test("Web Push", arguments: Self.ofWebPush)
    func webPush(_ answer: Case) {
        let service = WebPushService(
            key: .variable("K"),
            hosts: [],
            secrets: SecretReader(time: ManualTime(start)),
            tokens: ServerTokens(subject: "mailto:a@b.example")
        )
        let verdict = service.verdict(on: self.answer(answer, ["location": "/m/1"]), to: .token("x"))
        #expect(verdict == answer.verdict)
    }

    static let ofGateways = [
        Case(status: 200, body: #"{"id":"7"}"#, verdict: .accepted(id: "7")),
        Case(status: 204, verdict: .accepted(id: nil)),
        Case(status: 404, verdict: .dead("404")), Case(status: 410, verdict: .dead("410")),
        Case(status: 400, body: "bad", verdict: .refused("400 bad")), Case(status: 401, verdict: .refused("401")),
        Case(status: 425, verdict: .failed("425", .ofOne)), Case(status: 429, verdict: .failed("429", .pause)),
        Case(status: 503, verdict: .failed("503", .service)),
    ]

    @Test("Gateways", arguments: Self.ofGateways)
    func gateways(_ answer: Case) throws {
        let service = PushGateway(
            endpoint: try #require(Endpoint("https://g.example")),
            headers: [:],
            authorization: nil,
            secrets: SecretReader(time: ManualTime(start))
        )
        #expect(service.verdict(on: self.answer(answer), to: .token("x")) == answer.verdict)
    }

    @Test("Calls: all 4xx are final but 408, 425 and 429")
    func calls() {
        for status in 400..<500 where ![408, 425, 429].contains(status) {
            #expect(Verdict(status: status) == .refused("\(status)"))
        }
        for status in [408, 425] { #expect(Verdict(status: status) == .busy("\(status)")) }
        #expect(Verdict(status: 429) == .throttled("429"))
        for status in [200, 201, 204, 299, 304] { #expect(Verdict(status: status) == .answered) }
        for status in [500, 502, 503, 599] { #expect(Verdict(status: status) == .failed("\(status)")) }
        for status in [301, 302, 307] {
            #expect(Verdict(status: status) == .refused("\(status): redirects are not followed"))
        }
        for status in [100, 600] { #expect(Verdict(status: status) == .refused("\(status)")) }
    }
}
