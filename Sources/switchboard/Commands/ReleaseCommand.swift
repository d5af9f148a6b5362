import ArgumentParser
import Disks
import Engine
import Foundation
import Wire

/// `switchboard release`: ends the hold of a restored copy.
struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Lets a restored copy send out what it was holding."
    )

    @Option(help: "The data directory.")
    var data = "./data"

    @Flag(help: "Write JSON.")
    var json = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        if try DataDirectory.isInUse(self.data) {
            let answer = try await OperatorClient(directory: self.data, environment: environment).post("/v1/release")
            guard answer.status < 300 else { throw CommandError("The server refused: \(answer.body)") }
        } else {
            try DataDirectory.release(self.data)
        }
        if self.json {
            StandardOutput.writeLine { writer in
                writer.beginObject()
                writer.member("released", true)
                writer.endObject()
            }
        } else {
            StandardOutput.writeLine("Released: the copy is on hold no more.")
        }
    }
}
