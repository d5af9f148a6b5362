import ArgumentParser
import Foundation
import Sealing

/// The keys of a command that reads a data directory: as `serve` takes them.
struct KeyOptions: ParsableArguments {
    @Option(help: "The file of keys that sealed files are opened with.")
    var encryptionKeyFile: String?

    @Option(help: "The configuration file, a JSON object.")
    var config: String?

    /// From the configuration file, the variables and the option; everything else there is passed over.
    func keys() throws -> KeyRing {
        let environment = ProcessInfo.processInfo.environment
        var configuration = Configuration()
        if let file = self.config ?? environment["SWITCHBOARD_CONFIG"] { try configuration.read(file: file) }
        for setting in Configuration.settings where setting.name.hasPrefix("encryptionKey") {
            guard let text = environment[setting.variable] else { continue }
            try setting.read(text, &configuration)
        }
        if let file = self.encryptionKeyFile { configuration.encryptionKeyFile = file }
        return try configuration.keys()
    }
}
