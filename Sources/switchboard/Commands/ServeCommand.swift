import ArgumentParser
import Foundation
import Logging
import Primitives

/// The command `switchboard serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "serve", abstract: "Serves until it is told to stop.")

    @Option(help: "The data directory.")
    var data: String?

    @Option(help: "Where HTTP and WebSocket are served, as HOST:PORT.")
    var listen: String?

    @Option(help: "Where devices knock, as HOST:PORT; this version answers MQTT by \"unavailable\".")
    var mqtt: String?

    @Option(help: "How far back a restore can reach, as 7d.")
    var retain: String?

    @Option(help: "The configuration file, a JSON object.")
    var config: String?

    @Option(help: "The file of keys that journal and snapshots are sealed with.")
    var encryptionKeyFile: String?

    @Option(help: "The least level that is logged.")
    var logLevel: String?

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let configuration: Configuration
        do {
            configuration = try self.configuration(environment)
        } catch {
            throw ValidationError(error.description)
        }
        JSONLogHandler.level.renew(configuration.logLevel)
        LoggingSystem.bootstrap { label in JSONLogHandler(label: label) }
        let logger = Logger(label: "switchboard")
        do {
            let server = try Server(configuration, environment: environment, logger: logger) {
                [self] () throws(SettingError) in
                try self.configuration(environment)
            }
            try await server.run()
        } catch {
            logger.critical(
                "the server cannot go on",
                metadata: ["error": "\(error)", "data": "\(configuration.directory)"]
            )
            throw ExitCode.failure
        }
    }

    private func configuration(_ environment: [String: String]) throws(SettingError) -> Configuration {
        var configuration = try Configuration.load(file: self.config, environment: environment)
        for (name, text) in [
            ("data", self.data), ("listen", self.listen), ("mqtt", self.mqtt), ("retain", self.retain),
            ("logLevel", self.logLevel),
            ("encryptionKeyFile", self.encryptionKeyFile),
        ] {
            guard let text, let setting = Configuration.settings.first(where: { $0.name == name }) else { continue }
            try setting.read(text, &configuration)
        }
        try configuration.check()
        return configuration
    }
}
