import ArgumentParser
import Disks
import Engine
import Journaling
import Primitives
import Sealing
import Wire

/// The command `switchboard journal`.
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Inspects, verifies and repairs the journal.",
        subcommands: [Inspect.self, Verify.self, Repair.self]
    )

    /// The command `switchboard journal inspect`.
    struct Inspect: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the segments.")

        @OptionGroup var options: DirectoryOptions

        func run() throws { try JournalCommand.tell(self.options) }
    }

    /// The command `switchboard journal verify`.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Checks every record; fails when one is damaged.")

        @OptionGroup var options: DirectoryOptions

        func run() throws {
            guard try JournalCommand.tell(self.options).isWhole else { throw ExitCode.failure }
        }
    }

    /// The command `switchboard journal repair`.
    struct Repair: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cuts a damaged journal at the damage and sets the rest aside; says first what would be lost."
        )

        @OptionGroup var options: DirectoryOptions

        @Flag(help: "Really cut.")
        var acceptLoss = false

        func run() throws {
            try DataDirectory.require(self.options.data)
            let reader = JournalReader(
                disk: RealDisk(),
                directory: self.options.data,
                keys: try self.options.keyOptions.keys()
            )
            guard let report = try reader.repair(acceptLoss: self.acceptLoss, naming: RecordSubject.init) else {
                return StandardOutput.writeLine(
                    self.options.json ? #"{"damaged":false}"# : "The journal is whole, nothing is to be done."
                )
            }
            StandardOutput.writeLine(report.json)
            guard self.acceptLoss else {
                throw CommandError("Nothing was changed: with --accept-loss this would be set aside.")
            }
        }
    }

    /// Reads the journal and says what is there.
    @discardableResult
    static func tell(_ options: DirectoryOptions) throws -> JournalVerification {
        try DataDirectory.require(options.data)
        let keys = try options.keyOptions.keys()
        let verification = try JournalReader(disk: RealDisk(), directory: options.data, keys: keys).verify()
        if options.json {
            StandardOutput.writeLine { $0.verification(verification) }
        } else {
            for segment in verification.segments {
                StandardOutput.writeLine(
                    "segment \(segment.id)  positions \(segment.first?.description ?? "?") to "
                        + "\(segment.last?.description ?? "none")  synced \(segment.synced?.description ?? "?")  "
                        + "\(segment.records) records  \(segment.bytes) bytes\(segment.isArchived ? "  archived" : "")"
                        + (segment.keyID.map { "  key \($0)" } ?? "")
                )
            }
            for damage in verification.damages {
                StandardOutput.writeLine(
                    "DAMAGED \(damage.part.rawValue) in segment \(damage.segment) at byte \(damage.offset), "
                        + "position \(damage.position)"
                )
            }
            for segment in verification.unopened {
                guard let refusal = segment.refusal else { continue }
                StandardOutput.writeLine("Only the checksums of segment \(segment.id) were checked: it is \(refusal).")
            }
            StandardOutput.writeLine("\(verification.records) records, \(verification.spares) spare segments")
        }
        return verification
    }
}

extension JSONWriter {
    mutating func verification(_ verification: JournalVerification) {
        self.beginObject()
        self.member("whole", verification.isWhole)
        self.member("records", Int64(verification.records))
        if let first = verification.first { self.member("first", first.rawValue) }
        if let last = verification.last { self.member("last", last.rawValue) }
        self.key("segments")
        self.beginArray()
        for segment in verification.segments {
            self.beginObject()
            self.member("id", segment.id.rawValue)
            if let first = segment.first { self.member("first", first.rawValue) }
            if let last = segment.last { self.member("last", last.rawValue) }
            if let synced = segment.synced { self.member("synced", synced.rawValue) }
            self.member("records", Int64(segment.records))
            self.member("bytes", Int64(segment.bytes))
            if let keyID = segment.keyID { self.member("key", keyID.description) }
            if let refusal = segment.refusal { self.member("unopened", refusal.description) }
            self.member("archived", segment.isArchived)
            self.endObject()
        }
        self.endArray()
        self.key("damages")
        self.beginArray()
        for damage in verification.damages {
            self.beginObject()
            self.member("segment", damage.segment.rawValue)
            self.member("part", damage.part.rawValue)
            self.member("offset", Int64(damage.offset))
            self.member("position", damage.position.rawValue)
            self.endObject()
        }
        self.endArray()
        self.endObject()
    }
}
