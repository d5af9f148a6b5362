private import CLinux

/// The limit of open files, one of which each connection takes.
enum OpenFiles {
    /// Raises the soft limit and refuses a run that needs more.
    static func require(connections: Int) throws(BenchError) {
        let limit = clinux_raise_open_files()
        let needed = connections + Self.others
        guard limit >= needed else { throw .openFiles(needed: needed, limit: limit) }
    }

    /// Standard streams, the event loop's own, HTTP calls, reports.
    private static let others = 64
}
