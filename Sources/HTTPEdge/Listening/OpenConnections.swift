internal import NIOCore

/// The connections that the listener looks after, and how far it is from being done with them.
///
/// A connection is here from its acceptance until it closes or the WebSocket edge takes it.
struct OpenConnections: Sendable {
    private enum Phase { case serving, stopping, stopped }

    private(set) var channels: [ObjectIdentifier: any Channel] = [:]
    private var phase = Phase.serving

    /// Takes a new connection, or returns false when none is taken any more.
    mutating func insert(_ channel: any Channel) -> Bool {
        guard self.phase == .serving else { return false }
        self.channels[ObjectIdentifier(channel)] = channel
        return true
    }

    /// Lets a connection go; true when it was the last one after `stop`, which is said once.
    mutating func remove(_ channel: any Channel) -> Bool {
        self.channels[ObjectIdentifier(channel)] = nil
        return self.stopIfEmpty()
    }

    /// Takes no more connections; true when there is none to wait for, which is said once.
    mutating func stop() -> Bool {
        guard self.phase == .serving else { return false }
        self.phase = .stopping
        return self.stopIfEmpty()
    }

    private mutating func stopIfEmpty() -> Bool {
        guard self.phase == .stopping, self.channels.isEmpty else { return false }
        self.phase = .stopped
        return true
    }
}
