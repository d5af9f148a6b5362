/// One sending of a message, and what was known before it.
struct Attempting: Equatable {
    var number: Int
    /// The message was known to be there.
    var isRepeat: Bool
    /// The sender's membership, where that decides; nil where anyone may.
    var permission: Permission?

    /// Whether the sender may, as long as nothing changes.
    struct Permission: Equatable {
        var user: Int
        var version: Int
        var isMember: Bool
    }
}
