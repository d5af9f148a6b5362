package import Engine

/// Why a call about messages or conversations is refused.
///
/// Closed: the edges map each case to a problem and a code.
package enum MessengerError: Error, Equatable, Sendable {
    /// 400, 107: not an address, or of no kind that fits.
    case badAddress(String)
    /// 404, 102: nobody has these ids.
    case unknownUsers([String])
    /// 400, 107: 1–256 characters, not only white space.
    case badTitle
    /// 400, 107: no cursor of this server's.
    case badCursor
    /// 403, 103: not a member, not entitled, or nothing there: not told apart.
    case notPermitted
    /// 404, 102.
    case notFound
    /// 409, 107.
    case conflict
    /// 422, 107: the idempotency key was used with another content.
    case keyReused
    /// 409, 106.
    case tooManyMembers(countMax: Int)
    /// 413, 106.
    case bodyTooLarge(bytes: Int, bytesMax: Int)
    /// 503, 108: the disk is full.
    case storageFull
    /// A restored copy on hold: the organisation's own sends wait for its release.
    case heldAfterRestore
    /// 503, 108: the engine is stopping or has failed.
    case unavailable
    /// 400, 107: `replyTo` names no message of this mailbox.
    case noSuchReply

    package init(_ error: EngineError) {
        switch error {
        case .notPermitted: self = .notPermitted
        case .notFound: self = .notFound
        case .conflict: self = .conflict
        case .keyReused: self = .keyReused
        case .tooManyMembers(let countMax): self = .tooManyMembers(countMax: countMax)
        case .bodyTooLarge(let bytes, let bytesMax): self = .bodyTooLarge(bytes: bytes, bytesMax: bytesMax)
        case .storageFull: self = .storageFull
        case .heldAfterRestore: self = .heldAfterRestore
        case .unavailable: self = .unavailable
        case .noSuchReply: self = .noSuchReply
        }
    }
}
