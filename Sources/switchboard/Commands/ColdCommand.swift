import ArgumentParser
import ColdStorage
import Disks
import Engine
import Primitives
import Sealing
import Wire

/// The command `switchboard cold`.
struct ColdCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cold",
        abstract: "Inspects and verifies the cold store: messages that have left memory.",
        subcommands: [Inspect.self, Verify.self]
    )

    /// The command `switchboard cold inspect`.
    struct Inspect: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Says how much lies in the cold store.")

        @OptionGroup var options: DirectoryOptions

        func run() throws {
            try DataDirectory.require(self.options.data)
            let store = try ColdCommand.store(self.options)
            let size = try store?.size() ?? ColdStoreSize(blocks: 0, messages: 0)
            let keys = try store?.keyCounts().compactMap { key, blocks in key.map { ($0, blocks) } } ?? []
            guard self.options.json else {
                StandardOutput.writeLine("\(size.messages) messages in \(size.blocks) blocks")
                for (key, blocks) in keys {
                    StandardOutput.writeLine("\(blocks) blocks are sealed with the key \(key)")
                }
                return
            }
            StandardOutput.writeLine { writer in
                writer.beginObject()
                writer.member("messages", Int64(size.messages))
                writer.member("blocks", Int64(size.blocks))
                writer.key("keys")
                writer.beginArray()
                for (key, _) in keys { writer.string(key.description) }
                writer.endArray()
                writer.endObject()
            }
        }
    }

    /// The command `switchboard cold verify`.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reads every cold message that the state counts on; fails when one is missing or damaged."
        )

        @OptionGroup var options: DirectoryOptions

        func run() throws {
            try DataDirectory.require(self.options.data)
            let reader = StateReader(
                disk: RealDisk(),
                directory: self.options.data,
                keyWindow: Limits().keyWindow,
                keys: try self.options.keyOptions.keys()
            )
            let line = ProgressLine("verifying")
            let store = try ColdCommand.store(self.options)
            let result = Result { () throws(RecoveryError) in
                try ColdVerification(reader).run(store) { line.show("mailbox \($0) of \($1)") }
            }
            line.end()
            switch result {
            case .failure(let error): throw CommandError("\(error)")
            case .success(let report):
                self.tell(report)
                guard report.damages.isEmpty else { throw ExitCode.failure }
            }
        }

        private func tell(_ report: ColdVerification.Report) {
            guard self.options.json else {
                for damage in report.damages { StandardOutput.writeLine("DAMAGED: \(damage)") }
                return StandardOutput.writeLine(
                    "\(report.messages) messages of \(report.mailboxes) mailboxes, at position \(report.position)"
                )
            }
            StandardOutput.writeLine { writer in
                writer.beginObject()
                writer.member("whole", report.damages.isEmpty)
                writer.member("position", report.position.rawValue)
                writer.member("mailboxes", Int64(report.mailboxes))
                writer.member("messages", Int64(report.messages))
                writer.key("damages")
                writer.beginArray()
                for damage in report.damages { writer.string("\(damage)") }
                writer.endArray()
                writer.endObject()
            }
        }
    }

    private static func store(_ options: DirectoryOptions) throws -> SQLiteColdStore? {
        try SQLiteColdStore(reading: options.data, keys: try options.keyOptions.keys())
    }
}
