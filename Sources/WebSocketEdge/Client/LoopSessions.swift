import NIOCore
import Wire

/// The sessions of one loop, for the end of the server, and what they use in turn.
final class LoopSessions {
    /// A message's commands, while they are carried out; empty otherwise.
    var commands: [Command] = []
    private var sessions: [ObjectIdentifier: ClientSession] = [:]

    func insert(_ session: ClientSession) { self.sessions[ObjectIdentifier(session)] = session }

    func remove(_ session: ClientSession) { self.sessions[ObjectIdentifier(session)] = nil }

    var count: Int { self.sessions.count }

    /// Closes all of them.
    func closeAll(_ code: DisconnectCode) {
        for session in self.sessions.values { session.close(code) }
    }
}
