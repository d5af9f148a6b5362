import Telemetry
import Testing

@testable import Accounts

@Suite("Secrets")
struct SecretsTests {
    struct Vector: Sendable {
        var password: String
        var salt: String
        var cost: PasswordHash.Cost
        var hash: String
    }

    @Test(
        "scrypt answers the vectors of RFC 7914, section 12",
        arguments: [
            Vector(
                password: "",
                salt: "",
                cost: PasswordHash.Cost(logN: 4, r: 1, p: 1),
                hash: """
                    77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442\
                    fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906
                    """
            ),
            Vector(
                password: "password",
                salt: "NaCl",
                cost: PasswordHash.Cost(logN: 10, r: 8, p: 16),
                hash: """
                    fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162\
                    2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640
                    """
            ),
            Vector(
                password: "pleaseletmein",
                salt: "SodiumChloride",
                cost: PasswordHash.Cost(logN: 14, r: 8, p: 1),
                hash: """
                    7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2\
                    d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887
                    """
            ),
        ]
    )
    func scrypt(_ vector: Vector) {
        let out = PasswordHash.scrypt(
            Array(vector.password.utf8),
            salt: Array(vector.salt.utf8),
            cost: vector.cost,
            bytes: 64
        )
        #expect(out.map { hexadecimal($0) }.joined() == vector.hash)
    }

    @Test("A stored hash is read again, and matches its password only")
    func stored() throws {
        let hash = PasswordHash(password: "correct horse", cost: .testing)
        let read = try #require(PasswordHash(hash.stored))
        #expect(read == hash)
        #expect(read.matches("correct horse"))
        #expect(!read.matches("correct horsf"))
        #expect(!read.matches(""))
    }

    @Test(
        "What is no hash of ours is not read",
        arguments: [
            "", "$scrypt$", "$scrypt$ln=14,r=8,p=1$c2FsdA$c2hvcnQ", "$argon2id$v=19$m=1$c2FsdA$aGFzaA",
            "$scrypt$ln=40,r=8,p=1$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ]
    )
    func refused(_ text: String) {
        #expect(PasswordHash(text) == nil)
    }

    @Test("Who is not there takes a hash too, and is refused", .timeLimit(.minutes(10)))
    func dummy() async throws {
        let metrics = AccountMetrics(MetricsRegistry())
        let hasher = PasswordHasher(cost: .testing, threads: 1, metrics: metrics)
        #expect(try await hasher.verify("anything", against: nil) == false)
        #expect(try await hasher.verify("anything", against: "no hash") == false)
        #expect(metrics.passwordHash.count == 2)
        let stored = try await hasher.hash("anything")
        #expect(try await hasher.verify("anything", against: stored))
    }

    @Test("More hashes than the queue holds are refused, and none is forgotten", .timeLimit(.minutes(10)))
    func busy() async {
        let cost = PasswordHash.Cost(logN: 12, r: 8, p: 1)
        let metrics = AccountMetrics(MetricsRegistry())
        let hasher = PasswordHasher(cost: cost, threads: 1, queueMax: 4, metrics: metrics)
        let hashedCount = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<40 {
                group.addTask {
                    do {
                        _ = try await hasher.hash("password \(number)")
                        return true
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect((4..<40).contains(hashedCount))
        #expect(metrics.passwordHash.count == UInt64(hashedCount))
        #expect(metrics.passwordQueue.value == 0)
    }

    @Test("Digests are SHA-256, and are read from what they write")
    func digests() {
        let digest = Digest256(of: "abc")
        #expect(digest.description == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(Digest256(of: "").description.hasPrefix("e3b0c44298fc1c149afbf4c8996fb924"))
        #expect(Digest256(digest.description) == digest)
        #expect(digest.bytes.prefix(4) == [0xBA, 0x78, 0x16, 0xBF])
        #expect(Digest256("xyz") == nil)
        #expect(Digest256(String(repeating: "+", count: 64)) == nil)
        #expect(Digest256(parts: "ab", "c") != Digest256(parts: "a", "bc"))
    }

    @Test("HMAC-SHA-256 answers test case 2 of RFC 4231")
    func authenticationCode() {
        let code = Secrets.authenticationCode(key: Array("Jefe".utf8), "what do ya want for nothing?")
        #expect(
            code.map { hexadecimal($0) }.joined()
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        )
    }

    @Test("base64url answers RFC 4648 without padding, both ways; a stray bit is refused")
    func base64URL() {
        for (plain, code) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            #expect(TextCodes.base64URL(plain.utf8) == code)
            #expect(TextCodes.decodeBase64URL(code) == Array(plain.utf8))
        }
        #expect(TextCodes.base64URL([0xFB, 0xFF]) == "-_8")
        for text in ["Z", "Zh", "Zg==", "Z+", "Zm9vY"] { #expect(TextCodes.decodeBase64URL(text) == nil, "\(text)") }
    }

    @Test("base32 answers RFC 4648 in lower case")
    func base32() {
        #expect(TextCodes.base32("foobar".utf8) == "mzxw6ytboi")
    }

    @Test("An id is short, lower case and never the same; a derived one always is")
    func ids() {
        let ids = (0..<1000).map { _ in ObjectID.random() }
        #expect(Set(ids).count == 1000)
        #expect(ids.allSatisfy { $0.count == 13 && $0 == $0.lowercased() && !$0.contains("~") })
        let derived = ObjectID.derived(purpose: "group", scope: "user:a", key: "1")
        #expect(derived == ObjectID.derived(purpose: "group", scope: "user:a", key: "1"))
        #expect(derived != ObjectID.derived(purpose: "channel", scope: "user:a", key: "1"))
        #expect(derived.count == 26)
    }

    private func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
