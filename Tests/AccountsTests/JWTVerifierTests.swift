import Foundation
import JWTKit
import Primitives
import Testing

@testable import Accounts

@Suite("JWT")
struct JWTVerifierTests {
    struct Claims: JWTPayload {
        var sub: String
        var exp: Double?
        var nbf: Double?

        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }

    struct Case: Sendable {
        var why: String
        var claims: Claims
        var failure: AuthenticationFailure?
    }

    private static let key = "a key of more than thirty-two bytes"
    private let now = Timestamp(rawValue: 1_790_000_000_000)

    @Test(
        "A token is good between its times, for an address that may sign in",
        arguments: [
            Case(why: "a user's id", claims: Claims(sub: "u1", exp: 1_790_000_060), failure: nil),
            Case(why: "an address", claims: Claims(sub: "driver:d1"), failure: nil),
            Case(why: "expired", claims: Claims(sub: "u1", exp: 1_790_000_000), failure: .expired),
            Case(why: "not yet", claims: Claims(sub: "u1", nbf: 1_790_000_060), failure: .invalid),
            Case(why: "a clock slightly ahead", claims: Claims(sub: "u1", nbf: 1_790_000_004.5), failure: nil),
            Case(why: "a group", claims: Claims(sub: "group:7"), failure: .invalid),
            Case(why: "two users", claims: Claims(sub: "a~b"), failure: .invalid),
            Case(why: "nobody", claims: Claims(sub: ""), failure: .invalid),
        ]
    )
    func times(_ example: Case) async throws {
        let token = try await self.shared(Self.key).sign(example.claims)
        let verifier = try await JWTVerifier(hs256Key: Self.key, jwks: nil)
        let answer = await verifier.authenticate(token, at: self.now)
        switch answer {
        case .success(let subject):
            #expect(example.failure == nil, "\(example.why)")
            #expect(subject.expiresAt?.rawValue == example.claims.exp.map { Int64($0 * 1000) })
        case .failure(let failure): #expect(failure == example.failure, "\(example.why)")
        }
    }

    @Test("Another key, another algorithm, no algorithm and no token are refused")
    func forged() async throws {
        let verifier = try await JWTVerifier(hs256Key: Self.key, jwks: nil)
        let claims = Claims(sub: "u1")
        let good = try await self.shared(Self.key).sign(claims)
        let parts = good.split(separator: ".")
        let none = TextCodes.base64URL(#"{"alg":"none"}"#.utf8)
        for token in [
            try await self.shared("another key of thirty-two bytes!").sign(claims),
            try await JWTKeyCollection().add(hmac: HMACKey(from: Self.key + Self.key), digestAlgorithm: .sha512).sign(
                claims
            ),
            "\(none).\(parts[1]).", "\(none).\(parts[1]).\(parts[2])", "\(parts[0]).\(parts[1]).", "a.b.c", "..", "",
        ] {
            #expect(await verifier.authenticate(token, at: self.now) == .failure(.invalid), "\(token)")
        }
        #expect(await verifier.authenticate(good, at: self.now) != .failure(.invalid))
    }

    @Test("A short shared key is the same key elsewhere")
    func shortKey() async throws {
        // Of {"alg":"HS256"} and {"sub":"u1"} by the key "key", as `openssl dgst -sha256 -hmac key` has it.
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1MSJ9.8D-8tg18XabR0a0b_Gegiay2USExh6SBm7EJ1q8kEv4"
        let verifier = try await JWTVerifier(hs256Key: "key", jwks: nil)
        #expect(try await verifier.authenticate(token, at: self.now).get().address == Address("user:u1"))
    }

    @Test("ES256 is verified by a key set, with and without a key's name")
    func keySet() async throws {
        let key = ES256PrivateKey()
        for name in ["k1", nil] as [String?] {
            let jwks = try Self.jwks(key, name: name)
            let verifier = try await JWTVerifier(hs256Key: nil, jwks: jwks)
            let keys = await JWTKeyCollection().add(ecdsa: key, kid: name.map { JWKIdentifier(string: $0) })
            let token = try await keys.sign(Claims(sub: "u1"), kid: name.map { JWKIdentifier(string: $0) })
            let answer = await verifier.authenticate(token, at: self.now)
            #expect(try answer.get().address == Address("user:u1"))
            let foreign = try await JWTKeyCollection().add(ecdsa: ES256PrivateKey()).sign(Claims(sub: "u1"))
            #expect(await verifier.authenticate(foreign, at: self.now) == .failure(.invalid))
            let shared = try await self.shared(jwks).sign(Claims(sub: "u1"))
            #expect(await verifier.authenticate(shared, at: self.now) == .failure(.invalid))
        }
    }

    @Test("Keys that are of no use are refused at start")
    func configuration() async {
        await #expect(throws: JWTConfigurationError.emptyKey) { try await JWTVerifier(hs256Key: "", jwks: nil) }
        await #expect(throws: JWTConfigurationError.invalidKeySet) { try await JWTVerifier(hs256Key: nil, jwks: "{}") }
        await #expect(throws: JWTConfigurationError.noUsableKey) {
            try await JWTVerifier(hs256Key: nil, jwks: #"{"keys":[{"kty":"oct","k":"AAAA","kid":"1"}]}"#)
        }
    }

    @Test("Only three parts look like a JWT", arguments: [("a.b.c", true), ("sbt_abc", false), ("a.b", false)])
    func shape(text: String, isJWT: Bool) {
        #expect(JWTVerifier.isJWT(text) == isJWT)
    }

    private func shared(_ key: String) async -> JWTKeyCollection {
        await JWTKeyCollection().add(hmac: HMACKey(from: key), digestAlgorithm: .sha256)
    }

    /// A set with the public half of `key`, and one key of a kind that is not used here.
    private static func jwks(_ key: ES256PrivateKey, name: String?) throws -> String {
        let parameters = try #require(key.publicKey.parameters)
        func url(_ text: String) -> String {
            text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        }
        let kid = name.map { #","kid":"\#($0)""# } ?? ""
        return """
            {"keys":[{"kty":"oct","k":"AAAA"},\
            {"kty":"EC","crv":"P-256","x":"\(url(parameters.x))","y":"\(url(parameters.y))"\(kid)}]}
            """
    }
}
