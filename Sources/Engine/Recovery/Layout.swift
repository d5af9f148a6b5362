package import Disks
import Journaling

/// What is decided when a data directory is made: its format and its number of shards.
package struct Layout: Equatable, Sendable {
    package static let fileName = "layout"
    private static let formatVersion = 1

    package let shardCount: Int

    /// The directory's layout, made from `shardCount` when the directory is new.
    package static func open(_ directory: String, disk: any Disk, shardCount: Int) throws(RecoveryError) -> Layout {
        do throws(DiskError) {
            if try !disk.list(directory).contains(Self.fileName) {
                try Layout(shardCount: shardCount).write(to: directory, disk: disk)
            }
        } catch {
            throw .journal(.disk(error))
        }
        return try Self.read(directory, disk: disk)
    }

    /// The layout of a directory that is there.
    package static func read(_ directory: String, disk: any Disk) throws(RecoveryError) -> Layout {
        let bytes: [UInt8]
        do throws(DiskError) {
            bytes = try disk.open("\(directory)/\(Self.fileName)", .reading).read(count: 1024, at: 0)
        } catch {
            throw .journal(.disk(error))
        }
        guard let layout = Layout(text: String(decoding: bytes, as: UTF8.self)) else { throw .badLayout }
        return layout
    }

    /// Writes the layout durably: a temporary name first, so that it is never there in part.
    package func write(to directory: String, disk: any Disk) throws(DiskError) {
        let path = "\(directory)/\(Self.fileName)"
        // One that a crash left behind.
        do throws(DiskError) { try disk.remove("\(path).partial") } catch .notFound {}
        let file = try disk.open("\(path).partial", .creating)
        try file.write(Array("switchboard \(Self.formatVersion)\nshards \(self.shardCount)\n".utf8), at: 0)
        try file.sync()
        try disk.rename("\(path).partial", to: path)
        try disk.syncDirectory(directory)
    }

    package init(shardCount: Int) { self.shardCount = shardCount }

    private init?(text: String) {
        let lines = text.split(separator: "\n")
        guard lines.count == 2, lines[0] == "switchboard \(Self.formatVersion)", lines[1].hasPrefix("shards "),
            let count = Int(lines[1].dropFirst("shards ".count)), (1...4096).contains(count),
            count.nonzeroBitCount == 1
        else { return nil }
        self.shardCount = count
    }
}
