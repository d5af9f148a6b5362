private import CLinux

#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif

/// The machine's file system.
package struct RealDisk: Disk {
    package init() {}

    package func open(_ path: String, _ mode: OpenMode) throws(DiskError) -> any DiskFile {
        let flags =
            switch mode {
            case .reading: O_RDONLY
            case .writing: O_RDWR
            case .creating: O_RDWR | O_CREAT | O_EXCL
            }
        return RealFile(descriptor: try Self.descriptor(path, flags, during: .open))
    }

    package func rename(_ path: String, to newPath: String) throws(DiskError) {
        guard unsafe clinux_rename(path, newPath) == 0 else { throw DiskError(errno, during: .rename, path: path) }
    }

    package func remove(_ path: String) throws(DiskError) {
        guard unsafe unlink(path) == 0 else { throw DiskError(errno, during: .remove, path: path) }
    }

    package func list(_ directory: String) throws(DiskError) -> [String] {
        guard let stream = unsafe opendir(directory) else { throw DiskError(errno, during: .list, path: directory) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else { break }
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw DiskError(errno, during: .list, path: directory) }
        return names.sorted()
    }

    package func createDirectory(_ path: String) throws(DiskError) {
        guard unsafe mkdir(path, 0o755) != 0, errno != EEXIST else { return }
        throw DiskError(errno, during: .createDirectory, path: path)
    }

    package func syncDirectory(_ path: String) throws(DiskError) {
        let descriptor = try Self.descriptor(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY, during: .syncDirectory)
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw DiskError(errno, during: .syncDirectory, path: path) }
    }

    package func lock(_ path: String) throws(DiskError) -> any DiskLock {
        let descriptor = try Self.descriptor(path, O_RDWR | O_CREAT, during: .lock)
        guard clinux_lock(descriptor) == 0 else {
            let code = errno
            close(descriptor)
            throw code == EWOULDBLOCK ? .locked(path: path) : DiskError(code, during: .lock, path: path)
        }
        return RealLock(descriptor: descriptor)
    }

    private static func descriptor(
        _ path: String,
        _ flags: Int32,
        during operation: DiskOperation
    ) throws(DiskError) -> Int32 {
        while true {
            let descriptor = unsafe clinux_open(path, flags | O_CLOEXEC)
            if descriptor >= 0 { return descriptor }
            guard errno == EINTR else { throw DiskError(errno, during: operation, path: path) }
        }
    }
}

extension DiskError {
    /// What an errno says.
    init(_ code: Int32, during operation: DiskOperation, path: String) {
        switch code {
        case ENOENT: self = .notFound(path: path)
        case EEXIST: self = .alreadyExists(path: path)
        case ENOSPC, EDQUOT: self = .noSpace
        default: self = .ioFailed(errno: code, during: operation)
        }
    }
}

/// An flock(2), which the kernel drops when the process ends, however it ends.
private final class RealLock: DiskLock {
    private let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(self.descriptor) }
}
