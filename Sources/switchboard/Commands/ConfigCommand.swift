import ArgumentParser
import Foundation
import Wire

/// `switchboard config`: what can be set, and what is.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Lists the settings, or checks a configuration.",
        subcommands: [List.self, Check.self],
        defaultSubcommand: List.self
    )

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists every setting with its default.")

        @Flag(help: "Write JSON.")
        var json = false

        func run() throws {
            let defaults = Configuration()
            if self.json {
                return StandardOutput.writeLine { writer in
                    writer.beginArray()
                    for setting in Configuration.settings {
                        writer.beginObject()
                        writer.member("name", setting.name)
                        writer.member("variable", setting.variable)
                        writer.member("default", setting.show(defaults))
                        writer.member("help", setting.help)
                        writer.endObject()
                    }
                    writer.endArray()
                }
            }
            for setting in Configuration.settings {
                StandardOutput.writeLine("\(setting.name) (\(setting.variable)), default \"\(setting.show(defaults))\"")
                StandardOutput.writeLine("    \(setting.help)")
            }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Reads the configuration and says what holds.")

        @Option(help: "The configuration file, a JSON object.")
        var config: String?

        func run() throws {
            do {
                let configuration = try Configuration.load(
                    file: self.config,
                    environment: ProcessInfo.processInfo.environment
                )
                for setting in Configuration.settings {
                    StandardOutput.writeLine("\(setting.name) = \(setting.show(configuration))")
                }
            } catch {
                throw ValidationError(error.description)
            }
        }
    }
}
