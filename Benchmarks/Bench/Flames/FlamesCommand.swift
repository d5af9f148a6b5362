internal import ArgumentParser
internal import NIOCore

/// Draws where a server's time goes.
struct FlamesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flames",
        abstract: "Draws a flame graph of what perf has recorded.",
        discussion: """
            perf record -F 999 -g -p PID -- sleep 5
            perf script -F comm,tid,ip,sym,dso | swift demangle > profile.txt
            bench flames --profile profile.txt --plot flames.svg --title "Durable publishes"
            """
    )

    @Option(help: ArgumentHelp("What perf script printed, demangled.", valueName: "file.txt"))
    var profile: String

    @Option(help: ArgumentHelp("The picture.", valueName: "file.svg"))
    var plot: String

    @Option(help: ArgumentHelp("The picture's headline.", valueName: "words"))
    var title = "Where the time goes"

    @Option(help: ArgumentHelp("How it was recorded.", valueName: "words"))
    var words = ""

    mutating func run() throws {
        do throws(BenchError) {
            let profile = Profile(String(decoding: try Input.file(self.profile), as: UTF8.self))
            guard profile.samples > 0 else { throw .notReadable(path: self.profile, line: nil) }
            let picture = FlamePicture(profile).document(title: self.title, words: self.words)
            try Output.file(self.plot, ByteBuffer(string: picture))
        } catch {
            Output.error("bench: \(error.description)\n")
            throw ExitCode(2)
        }
    }
}
