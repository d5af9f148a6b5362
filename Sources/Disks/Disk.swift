/// How a file is opened.
package enum OpenMode: Sendable {
    /// For reading; it must exist.
    case reading
    /// For reading and writing; it must exist.
    case writing
    /// For reading and writing; it must not exist.
    case creating
}

/// The few things that the journal and the snapshots ask of a file system.
///
/// Paths are plain strings with `/` between their parts. Nothing is durable until it is synced: a file's content by
/// `DiskFile.sync`, its name by `syncDirectory` of the directory that holds it.
package protocol Disk: Sendable {
    /// Opens or creates a file.
    ///
    /// Fails with `notFound`, `alreadyExists`, `noSpace` (when creating) or `ioFailed`.
    func open(_ path: String, _ mode: OpenMode) throws(DiskError) -> any DiskFile

    /// Gives a file another name in the same file system, in place of what had that name.
    ///
    /// Fails with `notFound`, `noSpace` or `ioFailed`; then both names are as they were.
    func rename(_ path: String, to newPath: String) throws(DiskError)

    /// Removes a file's name; open files stay readable.
    ///
    /// Fails with `notFound` or `ioFailed`.
    func remove(_ path: String) throws(DiskError)

    /// The names in a directory, sorted, without `.` and `..`.
    ///
    /// Fails with `notFound` or `ioFailed`.
    func list(_ directory: String) throws(DiskError) -> [String]

    /// Makes a directory; one that exists is left as it is.
    ///
    /// Fails with `notFound` (the parent), `noSpace` or `ioFailed`.
    func createDirectory(_ path: String) throws(DiskError)

    /// Makes the names in a directory durable.
    ///
    /// Fails with `notFound`, `noSpace` or `ioFailed`; then any of the changes since the last success may be lost.
    func syncDirectory(_ path: String) throws(DiskError)

    /// Takes the exclusive lock on a lock file, which is made when missing; held until the value goes away.
    ///
    /// Fails with `locked` when another owner holds it, `noSpace` or `ioFailed`.
    func lock(_ path: String) throws(DiskError) -> any DiskLock
}

/// An open file; it is closed when the last reference goes.
package protocol DiskFile: AnyObject, Sendable {
    /// Reads into `bytes` from `offset` on; returns the number of bytes, fewer only at the end of the file.
    ///
    /// Fails with `ioFailed`.
    func read(into bytes: inout MutableRawSpan, at offset: Int) throws(DiskError) -> Int

    /// Writes all of `bytes` at `offset`, past the end too.
    ///
    /// Fails with `noSpace` or `ioFailed`; then a part may have been written.
    func write(_ bytes: RawSpan, at offset: Int) throws(DiskError)

    /// Makes content and size durable (`fdatasync`).
    ///
    /// Fails with `noSpace` or `ioFailed`; then what was written since the last success may be lost, and trying again
    /// proves nothing.
    func sync() throws(DiskError)

    /// The file's size in bytes.
    ///
    /// Fails with `ioFailed`.
    func size() throws(DiskError) -> Int

    /// Cuts or lengthens (with zeros) the file.
    ///
    /// Fails with `noSpace` or `ioFailed`.
    func truncate(to size: Int) throws(DiskError)
}

/// An exclusive lock, held as long as the value lives.
package protocol DiskLock: AnyObject, Sendable {}

extension Disk {
    /// Makes a directory durably, unless it is there.
    ///
    /// Fails with what `createDirectory` and `syncDirectory` of the parent fail with.
    package func ensureDirectory(_ path: String) throws(DiskError) {
        do throws(DiskError) {
            _ = try self.list(path)
        } catch .notFound {
            try self.createDirectory(path)
            try self.syncDirectory(Self.parent(of: path))
        }
    }

    /// The directory that holds `path`; "" is the current one.
    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

extension DiskFile {
    /// Writes all of `bytes` at `offset`, past the end too.
    package func write(_ bytes: [UInt8], at offset: Int) throws(DiskError) {
        try self.write(unsafe bytes.span.bytes, at: offset)
    }

    /// The bytes of a range; fewer when the file ends in it.
    package func read(count: Int, at offset: Int) throws(DiskError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let taken = try self.read(into: &bytes, at: offset)
        bytes.removeSubrange(taken...)
        return bytes
    }

    /// Reads into the whole of `bytes` from `offset` on; returns the number of bytes.
    package func read(into bytes: inout [UInt8], at offset: Int) throws(DiskError) -> Int {
        var elements = bytes.mutableSpan
        var raw = unsafe elements.mutableBytes
        return try self.read(into: &raw, at: offset)
    }

    /// Writes zeros over `range`, a mebibyte at a time.
    package func writeZeros(_ range: Range<Int>) throws(DiskError) {
        let zeros = [UInt8](repeating: 0, count: min(range.count, 1 << 20))
        var offset = range.lowerBound
        while offset < range.upperBound {
            let count = min(zeros.count, range.upperBound - offset)
            try self.write(unsafe zeros.span.bytes.extracting(first: count), at: offset)
            offset += count
        }
    }
}
