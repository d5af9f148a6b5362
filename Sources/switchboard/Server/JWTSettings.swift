import Accounts
import Disks

/// Which foreign tokens are trusted.
struct JWTSettings: Sendable {
    let hs256Key: String?
    /// The key set itself, or the path of a file that holds it.
    let jwks: String?

    /// Reads the keys; nil when no foreign token is trusted.
    func verifier() async throws -> JWTVerifier? {
        guard self.hs256Key != nil || self.jwks != nil else { return nil }
        return try await JWTVerifier(hs256Key: self.hs256Key, jwks: self.keySet())
    }

    private func keySet() throws -> String? {
        guard let jwks = self.jwks, !jwks.hasPrefix("{") else { return self.jwks }
        let file = try RealDisk().open(jwks, .reading)
        return String(decoding: try file.read(count: try file.size(), at: 0), as: UTF8.self)
    }
}
