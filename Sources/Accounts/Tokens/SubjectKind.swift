package import Primitives

/// Whom a session token may stand for.
package enum SubjectKind {
    /// Users, drivers and devices; a user's id has no `~`, which joins the two of a direct chat.
    package static func contains(_ address: Address) -> Bool {
        switch address.kind {
        case .user: !address.id.utf8.contains(UInt8(ascii: "~"))
        case .driver, .device: true
        case .direct, .group, .channel: false
        }
    }
}
