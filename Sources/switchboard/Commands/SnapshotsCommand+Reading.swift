import ArgumentParser
import Disks
import Engine
import Primitives
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
                    writer.endObject()
                }
            }
            StandardOutput.writeLine("file      \(reader.path)")
            StandardOutput.writeLine("format    version \(reader.summary.version), \(reader.summary.shardCount) shards")
            StandardOutput.writeLine("taken     \(reader.summary.createdAt.text)")
            StandardOutput.writeLine("position  \(reader.summary.position) to \(reader.summary.highest)")
            StandardOutput.writeLine("size      \(reader.summary.bytes) bytes, \(rawBytes) uncompressed")
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
            let results = paths.map { path in (path: path, error: Self.verify(path)) }
            if self.options.json {
                StandardOutput.writeLine { writer in
                    writer.beginArray()
                    for result in results {
                        writer.beginObject()
                        writer.member("file", SnapshotPath.name(result.path))
                        writer.member("good", result.error == nil)
                        if let error = result.error { writer.member("error", "\(error)") }
                        writer.endObject()
                    }
                    writer.endArray()
                }
            } else {
                for result in results {
                    StandardOutput.writeLine("\(result.path): \(result.error.map { "\($0)" } ?? "good")")
                }
            }
            if results.contains(where: { $0.error != nil }) { throw ExitCode.failure }
        }

        private static func verify(_ path: String) -> SnapshotError? {
            do throws(SnapshotError) {
                try SnapshotReader(disk: RealDisk(), path: path).verify()
                return nil
            } catch {
                return error
            }
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
