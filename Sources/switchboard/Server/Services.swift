import Accounts
import Engine
import HTTPEdge
import Logging
import ServiceLifecycle
import Snapshots
import UnixSignals
import WebSocketEdge

// A service group ends its services from the last to the first: the port closes, then sessions, then the engine.

/// Ends the engine last: syncs what was taken and writes a snapshot.
struct EngineService: Service {
    let engine: Engine
    let logger: Logger

    func run() async throws {
        try await gracefulShutdown()
        if let error = await self.engine.stop() {
            self.logger.warning("no snapshot at the end, the journal has it all", metadata: ["error": "\(error)"])
        }
        self.logger.notice("the engine has stopped, all is on disk")
    }
}

/// Closes WebSocket connections with 3001.
struct SessionsService: Service {
    let entry: WebSocketEntry

    func run() async throws {
        try await gracefulShutdown()
        await self.entry.shutDown()
    }
}

/// Says that the server serves, once every signal has its handler, and reads things again at SIGHUP.
struct ReloadService: Service {
    let server: Server
    let bound: Endpoint
    let mqtt: MQTTDoor?

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        self.server.announce(self.bound, self.mqtt?.endpoint)
        for await _ in signals.cancelOnGracefulShutdown() { await self.reload() }
        self.mqtt?.close()
    }

    private func reload() async {
        let logger = self.server.logger
        do {
            try self.server.certificates?.reload()
            try await self.server.jwtSettings.apply(to: self.server.identities.verifier)
            logger.notice("certificates and trusted keys were read again")
        } catch {
            logger.error("the reload failed, the old ones stay", metadata: ["error": "\(error)"])
        }
    }
}
