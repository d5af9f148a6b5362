import Engine
import Primitives
import Testing

@testable import Accounts

@Suite("Token table")
struct TokenTableTests {
    private let table: TokenTable
    private let now = Timestamp(rawValue: 1000)

    init() throws {
        self.table = TokenTable(operatorKey: try #require(OperatorKey("sbo_secret")))
    }

    @Test("The operator's key may do everything")
    func operatorKey() {
        let identity = self.table.authenticate("sbo_secret", at: self.now)
        #expect(identity == .success(.service(id: "operator", scopes: .all)))
        for scope in Scope.allCases { #expect((try? identity.get().allows(scope)) == true) }
        #expect(self.table.authenticate("sbo_secre", at: self.now) == .failure(.invalid))
        #expect(self.table.authenticate("", at: self.now) == .failure(.invalid))
    }

    @Test("A token stands for its subject until it expires")
    func expires() throws {
        self.table.applyToken(self.put(self.document(expiresAt: 2000)))
        let subject = try self.table.authenticate("sbt_x", at: self.now).get().subject
        #expect(subject?.address == Address("user:u1"))
        #expect(subject?.roles == ["admin"])
        #expect(self.table.authenticate("sbt_x", at: Timestamp(rawValue: 1999)) != .failure(.expired))
        #expect(self.table.authenticate("sbt_x", at: Timestamp(rawValue: 2000)) == .failure(.expired))
        #expect(self.table.expired(at: Timestamp(rawValue: 1999), countMax: 10).isEmpty)
        #expect(self.table.expired(at: Timestamp(rawValue: 2000), countMax: 10) == [self.digest])
    }

    @Test("An ended token is not revived by news that come late")
    func ended() {
        self.table.put(self.document(expiresAt: 2000), digest: self.digest)
        self.table.end(self.digest)
        #expect(self.table.authenticate("sbt_x", at: self.now) == .failure(.invalid))
        self.table.applyToken(self.put(self.document(expiresAt: 2000)))
        #expect(self.table.authenticate("sbt_x", at: self.now) == .failure(.invalid))
        self.table.applyToken(.deleted(collection: .tokens, key: self.digest.description))
        #expect(self.table.authenticate("sbt_x", at: self.now) == .failure(.invalid))
        #expect(self.table.count == 0)
    }

    @Test("A revoked JWT is no session token")
    func revoked() {
        var document = self.document(expiresAt: 2000)
        document.isRevoked = true
        self.table.applyToken(self.put(document))
        #expect(self.table.authenticate("sbt_x", at: self.now) == .failure(.invalid))
        #expect(self.table.isRevoked(self.digest))
        #expect(!self.table.holds(self.digest))
    }

    @Test("A service key has its scopes and no others, until it is deleted")
    func serviceKey() throws {
        let document = KeyDocument(
            name: "feeds",
            scopes: ["publish", "feeds"],
            digest: Digest256(of: "sbk_k1_secret").description,
            createdAt: 0
        )
        let value = DocumentJSON.encode(document)
        self.table.applyKey(.put(Document(collection: .keys, key: "k1", version: 1, value: value)))
        let identity = try self.table.authenticate("sbk_k1_secret", at: self.now).get()
        #expect(identity.principal == .service("k1"))
        #expect(Scope.allCases.filter { identity.allows($0) } == [.publish, .feeds])
        #expect(self.table.authenticate("sbk_k1_other", at: self.now) == .failure(.invalid))
        self.table.applyKey(.deleted(collection: .keys, key: "k1"))
        #expect(self.table.authenticate("sbk_k1_secret", at: self.now) == .failure(.invalid))
    }

    @Test("A subject has no scope")
    func noScopes() throws {
        self.table.applyToken(self.put(self.document(expiresAt: 2000)))
        let identity = try self.table.authenticate("sbt_x", at: self.now).get()
        for scope in Scope.allCases { #expect(!identity.allows(scope)) }
    }

    private var digest: Digest256 { Digest256(of: "sbt_x") }

    private func document(expiresAt: Int64) -> TokenDocument {
        TokenDocument(
            subject: "user:u1",
            createdAt: 0,
            expiresAt: expiresAt,
            roles: ["admin"],
            isRevoked: nil,
            request: nil
        )
    }

    private func put(_ token: TokenDocument) -> DocumentChange {
        let key = self.digest.description
        return .put(Document(collection: .tokens, key: key, version: 1, value: DocumentJSON.encode(token)))
    }
}
