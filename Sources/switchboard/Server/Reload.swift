import Accounts
import Engine
import HTTPEdge
import Logging
import Primitives

/// Reads the configuration again while the server runs (SIGHUP; PROTOCOL "Starting").
///
/// Either all of it holds afterwards or none of it. What only a restart can change is named in the log.
struct Reload: Sendable {
    typealias Loader = @Sendable () throws(SettingError) -> Configuration

    let load: Loader
    let engine: Engine
    let verifier: TokenVerifier
    let sessionLifetime: Live<Duration>
    let origins: Live<OriginPolicy>
    let certificates: Certificates?
    let logger: Logger

    /// Reads it again; returns what holds then, which is `before` when something is wrong.
    func run(after before: Configuration) async -> Configuration {
        do {
            let read = try self.load()
            // What may fail comes first.
            let jwt = try await read.jwt.verifier()
            try self.certificates?.reload()
            self.verifier.trust(jwt)
            self.engine.renew(read.limits)
            self.engine.configuration.snapshots.renew(read.snapshots)
            self.engine.configuration.hot.renew(read.hot)
            self.sessionLifetime.renew(read.sessionLifetime)
            self.origins.renew(OriginPolicy(allowed: read.allowedOrigins))
            JSONLogHandler.level.renew(read.logLevel)
            self.tell(read, before)
            return read
        } catch {
            self.logger.error("the reload failed, what was stays", metadata: ["error": "\(error)"])
            return before
        }
    }

    private func tell(_ read: Configuration, _ before: Configuration) {
        let changed = Configuration.settings.filter { $0.show(read) != $0.show(before) }
        let waiting = changed.filter { Configuration.fixedSettings.contains($0.name) }
        if !waiting.isEmpty {
            let names = waiting.map(\.name).joined(separator: ", ")
            self.logger.warning("these settings hold after a restart", metadata: ["settings": "\(names)"])
        }
        let names = changed.filter { !Configuration.fixedSettings.contains($0.name) }.map(\.name)
        self.logger.notice(
            "configuration, certificates and trusted keys were read again",
            metadata: ["changed": "\(names.joined(separator: ", "))"]
        )
    }
}
