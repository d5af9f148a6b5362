import Accounts
import Engine
import HTTPEdge
import Logging
import Providers
import ServiceLifecycle
import Snapshots
import UnixSignals
import WebSocketEdge

// A service group ends its services from the last to the first: the port closes, then sessions, then the engine.

/// Ends the engine last: syncs what was taken and writes a snapshot.
struct EngineService: Service {
    let engine: Engine
    let outside: Outside
    let logger: Logger

    func run() async throws {
        try await gracefulShutdown()
        // What is on its way out is cut off: its tasks come again with the next start.
        await self.outside.shutDown()
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
        var configuration = self.server.configuration
        for await _ in signals.cancelOnGracefulShutdown() {
            configuration = await self.server.reload.run(after: configuration)
        }
        self.mqtt?.close()
    }
}
