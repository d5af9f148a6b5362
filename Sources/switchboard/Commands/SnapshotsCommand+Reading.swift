import ArgumentParser
import Disks
import Engine
import Primitives
import Sealing
import Snapshots
import Wire

extension SnapshotsCommand {
    /// The command `switchboard snapshots list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the snapshots, newest first.")

        @OptionGroup var options: DirectoryOptions

        func run() throws {
            let entries = try Self.entries(self.options.data)
            if self.options.json {
                return StandardOutput.writeLine { writer in
                    writer.beginArray()
                    for entry in entries { writer.snapshot(entry) }
                    writer.endArray()
                }
            }
            if entries.isEmpty { StandardOutput.writeLine("There are no snapshots in \(self.options.data).") }
            for entry in entries { StandardOutput.writeLine(entry.line) }
        }

        static func entries(_ directory: String) throws -> [SnapshotEntry] {
            try DataDirectory.require(directory)
            return try SnapshotCatalog(disk: RealDisk(), directory: "\(directory)/snapshots").list()
        }
    }

    /// The command `switchboard snapshots inspect FILE`.
    struct Inspect: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Says what one snapshot holds.")

        @OptionGroup var options: DirectoryOptions

        @Argument(help: "The snapshot: a path, or its name in the data directory.")
        var file: String

        func run() throws {
            let reader = try SnapshotReader(disk: RealDisk(), path: SnapshotPath.resolve(self.file, self.options.data))
            let rawBytes = reader.sections.reduce(0) { $0 + $1.rawBytes }
            if self.options.json {
                return StandardOutput.writeLine { writer in
                    writer.beginObject()
                    writer.member("file", SnapshotPath.name(reader.path))
                    writer.member("version", UInt64(reader.summary.version))
                    writer.member("position", reader.summary.position.rawValue)
                    writer.member("highest", reader.summary.highest.rawValue)
                    writer.member("at", reader.summary.createdAt.rawValue)
                    writer.member("shards", Int64(reader.summary.shardCount))
                    writer.member("sections", Int64(reader.summary.sectionCount))
                    writer.member("bytes", Int64(reader.summary.bytes))
                    writer.member("rawBytes", Int64(rawBytes))
                    if let label = reader.summary.label { writer.member("key", label.keyID.description) }
                    writer.endObject()
                }
            }
            StandardOutput.writeLine("file      \(reader.path)")
            StandardOutput.writeLine("format    version \(reader.summary.version), \(reader.summary.shardCount) shards")
            StandardOutput.writeLine("taken     \(reader.summary.createdAt.text)")
            StandardOutput.writeLine("position  \(reader.summary.position) to \(reader.summary.highest)")
            StandardOutput.writeLine("size      \(reader.summary.bytes) bytes, \(rawBytes) uncompressed")
            if let label = reader.summary.label { StandardOutput.writeLine("sealed    with the key \(label.keyID)") }
        }
    }

    /// The command `switchboard snapshots verify [FILE]`.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Checks every byte of one snapshot, or of all.")

        @OptionGroup var options: DirectoryOptions

        @Argument(help: "The snapshot: a path, or its name in the data directory; without it, all are checked.")
        var file: String?

        func run() throws {
            let paths =
                if let file = self.file {
                    [SnapshotPath.resolve(file, self.options.data)]
                } else {
                    try List.entries(self.options.data).map(\.path)
                }
            let keys = try self.options.keyOptions.keys()
            let results = paths.map { path in Self.verify(path, keys) }
            if self.options.json {
                StandardOutput.writeLine { writer in
                    writer.beginArray()
                    for result in results {
                        writer.beginObject()
                        writer.member("file", SnapshotPath.name(result.path))
                        writer.member("good", result.error == nil)
                        if let refusal = result.refusal { writer.member("unopened", "\(refusal)") }
                        if let error = result.error { writer.member("error", "\(error)") }
                        writer.endObject()
                    }
                    writer.endArray()
                }
            } else {
                for result in results {
                    StandardOutput.writeLine("\(result.path): \(result.verdict)")
                }
            }
            if results.contains(where: { $0.error != nil }) { throw ExitCode.failure }
        }

        /// What was found of one snapshot.
        private struct Finding {
            let path: String
            var error: SnapshotError?
            /// Why only the checksums could be checked.
            var refusal: SealingError?

            var verdict: String {
                if let error = self.error { return "\(error)" }
                return self.refusal.map { "every checksum is right; the contents are \($0)" } ?? "good"
            }
        }

        private static func verify(_ path: String, _ keys: KeyRing) -> Finding {
            var finding = Finding(path: path)
            do throws(SnapshotError) {
                let reader = try SnapshotReader(disk: RealDisk(), path: path, keys: keys)
                finding.refusal = reader.refusal
                try reader.verify(decompressing: reader.refusal == nil)
            } catch {
                finding.error = error
            }
            return finding
        }
    }
}

/// Snapshots by path, or by name.
enum SnapshotPath {
    static func resolve(_ file: String, _ directory: String) -> String {
        file.contains("/") ? file : "\(directory)/snapshots/\(file)"
    }

    static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}

extension SnapshotEntry {
    /// One line for people.
    var line: String { "\(self.file)  \(self.at?.text ?? "damaged")  position \(self.position)  \(self.bytes) bytes" }
}

extension JSONWriter {
    mutating func snapshot(_ entry: SnapshotEntry) {
        self.beginObject()
        self.member("file", entry.file)
        self.member("position", entry.position.rawValue)
        if let at = entry.at { self.member("at", at.rawValue) }
        self.member("bytes", Int64(entry.bytes))
        self.endObject()
    }
}
