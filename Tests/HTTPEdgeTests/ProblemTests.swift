import Accounts
import Engine
import Foundation
import HTTPEdge
import Messenger
import NIOCore
import Testing

@Suite("Problems")
struct ProblemTests {
    struct Mapping: Sendable, CustomTestStringConvertible {
        var problem: Problem
        var status: Int
        var code: String
        var retryAfter: Int?

        init(_ problem: Problem, _ status: Int, _ code: String, retryAfter: Int? = nil) {
            self.problem = problem
            self.status = status
            self.code = code
            self.retryAfter = retryAfter
        }

        var testDescription: String { "\(self.status) \(self.problem.detail)" }
    }

    static let mappings = [
        Mapping(Problem(EngineError.notPermitted), 403, "forbidden"),
        Mapping(Problem(EngineError.notFound), 404, "not_found"),
        Mapping(Problem(EngineError.conflict), 409, "conflict"),
        Mapping(Problem(EngineError.keyReused), 422, "key_reused"),
        Mapping(Problem(EngineError.tooManyMembers(countMax: 100)), 409, "conflict"),
        Mapping(Problem(EngineError.bodyTooLarge(bytes: 2, bytesMax: 1)), 413, "too_large"),
        Mapping(Problem(EngineError.storageFull), 503, "unavailable", retryAfter: 30),
        Mapping(Problem(EngineError.unavailable), 503, "unavailable", retryAfter: 1),
        Mapping(Problem(EngineError.noSuchReply), 409, "conflict"),
        Mapping(Problem(MessengerError.badAddress("x")), 400, "bad_request"),
        Mapping(Problem(MessengerError.unknownUsers(["x"])), 404, "not_found"),
        Mapping(Problem(MessengerError.badTitle), 400, "bad_request"),
        Mapping(Problem(MessengerError.badCursor), 400, "bad_request"),
        Mapping(Problem(MessengerError.notPermitted), 403, "forbidden"),
        Mapping(Problem(MessengerError.tooManyMembers(countMax: 100)), 409, "conflict"),
        Mapping(Problem(MessengerError.keyReused), 422, "key_reused"),
        Mapping(Problem(AccountError.usernameTaken), 409, "conflict"),
        Mapping(Problem(AccountError.badUsername(.character)), 400, "bad_request"),
        Mapping(Problem(AccountError.weakPassword(.tooShort)), 400, "bad_request"),
        Mapping(Problem(AccountError.weakPassword(.equalsUsername)), 409, "conflict"),
        Mapping(Problem(AccountError.badDisplayName(.control)), 400, "bad_request"),
        Mapping(Problem(AccountError.wrongCredentials), 401, "unauthenticated"),
        Mapping(Problem(AccountError.throttled(retryAfter: .milliseconds(1500))), 429, "rate_limited", retryAfter: 2),
        Mapping(Problem(AccountError.busy), 503, "unavailable", retryAfter: 2),
        Mapping(Problem(AccountError.badScopes(["x"])), 400, "bad_request"),
        Mapping(Problem(AccountError.badSubject("x")), 400, "bad_request"),
        Mapping(Problem(AccountError.badLifetime), 400, "bad_request"),
        Mapping(Problem(AccountError.notFound), 404, "not_found"),
        Mapping(Problem(AccountError.keyReused), 422, "key_reused"),
        Mapping(Problem(AccountError.engine(.unavailable)), 503, "unavailable", retryAfter: 1),
    ]

    @Test("Every error has a status and a stable code", arguments: Self.mappings)
    func mapping(_ mapping: Mapping) {
        #expect(mapping.problem.status == mapping.status)
        #expect(mapping.problem.code.rawValue == mapping.code)
        #expect(mapping.problem.retryAfter == mapping.retryAfter)
        #expect(mapping.problem.detail.hasSuffix("."))
    }

    @Test("A problem has the members of RFC 9457 and its code")
    func members() throws {
        let text = Data(Problem(.notFound, "No \"such\" thing.").json().readableBytesView)
        let members = try #require(JSONSerialization.jsonObject(with: text) as? [String: Any])
        #expect(members.count == 5)
        #expect(members["type"] as? String == "/problems/not_found")
        #expect(members["title"] as? String == "Not found")
        #expect(members["status"] as? Int == 404)
        #expect(members["detail"] as? String == "No \"such\" thing.")
        #expect(members["code"] as? String == "not_found")
    }
}
