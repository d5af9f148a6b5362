internal import Disks

/// Where the bench reads from.
enum Input {
    /// A whole file.
    static func file(_ path: String) throws(BenchError) -> [UInt8] {
        do throws(DiskError) {
            let file = try RealDisk().open(path, .reading)
            return try file.read(count: try file.size(), at: 0)
        } catch {
            throw .notReadable(path: path, line: nil)
        }
    }

    static func exists(_ path: String) -> Bool { (try? Self.file(path)) != nil }
}
