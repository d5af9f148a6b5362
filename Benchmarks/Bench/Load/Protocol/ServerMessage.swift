/// What one message of the server says, as far as a load test must know it.
package enum ServerMessage: Equatable, Sendable {
    /// To be answered likewise.
    case ping
    /// A publication that carries a marker.
    case delivery(Marker, offset: UInt64)
    /// The command with this id did what it should.
    case acknowledged(id: UInt32)
    case refused(id: UInt32, code: UInt32)
    /// A push of another kind, or a publication of somebody else's.
    case other
}
