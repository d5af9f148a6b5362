/// Ids of users, groups, channels and keys: lower-case base32, valid in addresses, without `~`.
package enum ObjectID {
    /// A fresh id: 13 characters, 65 bits.
    ///
    /// Among a million ids two are alike with a chance of one in 70 million; a creation that meets a taken id fails.
    package static func random() -> String { String(TextCodes.base32(Secrets.random(9)).prefix(13)) }

    /// The id that a creator's idempotency key always gives: 26 characters, 130 bits.
    ///
    /// `purpose` keeps a group and a channel made with the same key apart.
    package static func derived(purpose: String, scope: String, key: String) -> String {
        String(TextCodes.base32(Digest256(parts: purpose, scope, key).bytes).prefix(26))
    }
}
