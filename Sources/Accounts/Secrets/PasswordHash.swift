private import COpenSSL

/// A scrypt hash with its salt and its cost, as it is stored: `$scrypt$ln=14,r=8,p=1$SALT$HASH`, base64url.
package struct PasswordHash: Equatable, Sendable {
    /// How much work and memory a hash takes: 128 * r * 2^ln bytes.
    package struct Cost: Equatable, Sendable {
        package var logN: Int
        package var r: Int
        package var p: Int

        package init(logN: Int, r: Int, p: Int) {
            self.logN = logN
            self.r = r
            self.p = p
        }

        /// 45 ms and 16 MiB on the machine of the project's measurements; 2^15 takes 100 ms.
        package static let standard = Cost(logN: 14, r: 8, p: 1)

        /// Under a millisecond: for tests of everything but the cost.
        package static let testing = Cost(logN: 4, r: 8, p: 1)
    }

    package let cost: Cost
    package let salt: [UInt8]
    package let hash: [UInt8]

    /// Hashes a password with a fresh salt; blocks for the whole cost.
    package init(password: String, cost: Cost) {
        let salt = Secrets.random(16)
        self.cost = cost
        self.salt = salt
        self.hash = Self.scrypt(Array(password.utf8), salt: salt, cost: cost, bytes: 32)
    }

    /// Reads what `description` writes, or returns nil.
    package init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt", let cost = Cost(parts[2]),
            let salt = TextCodes.decodeBase64URL(String(parts[3])),
            let hash = TextCodes.decodeBase64URL(String(parts[4])), hash.count == 32
        else { return nil }
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    /// Whether this is the hash of `password`; blocks for the whole cost, whatever the answer.
    package func matches(_ password: String) -> Bool {
        let other = Self.scrypt(Array(password.utf8), salt: self.salt, cost: self.cost, bytes: self.hash.count)
        return Secrets.equal(self.hash, other)
    }

    /// The text of the database; never shown to anybody.
    package var stored: String {
        let cost = "ln=\(self.cost.logN),r=\(self.cost.r),p=\(self.cost.p)"
        return "$scrypt$\(cost)$\(TextCodes.base64URL(self.salt))$\(TextCodes.base64URL(self.hash))"
    }

    /// RFC 7914, section 6.
    package static func scrypt(_ password: [UInt8], salt: [UInt8], cost: Cost, bytes: Int) -> [UInt8] {
        // An empty array may have no address, and C asks for one.
        let password = (password.count, password + [0])
        let salt = (salt.count, salt + [0])
        var out = [UInt8](repeating: 0, count: bytes)
        let isDone = unsafe copenssl_scrypt(
            password.1,
            password.0,
            salt.1,
            salt.0,
            1 << UInt64(cost.logN),
            UInt64(cost.r),
            UInt64(cost.p),
            &out,
            bytes
        )
        precondition(isDone == 1, "libcrypto refuses the cost of a password hash")
        return out
    }
}

extension PasswordHash.Cost {
    /// Reads `ln=14,r=8,p=1`; bounds keep a damaged document from asking for all memory.
    init?(_ text: some StringProtocol) {
        var values: [Substring: Int] = [:]
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=")
            guard pair.count == 2, let value = Int(pair[1]) else { return nil }
            values[Substring(pair[0])] = value
        }
        guard let logN = values["ln"], (1...20).contains(logN), let r = values["r"], (1...32).contains(r),
            let p = values["p"], (1...16).contains(p)
        else { return nil }
        self.init(logN: logN, r: r, p: p)
    }
}
