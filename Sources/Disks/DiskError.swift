/// What was asked of the disk when it failed.
package enum DiskOperation: String, Sendable, CaseIterable {
    case open, read, write, sync, size, truncate, rename, remove, list, createDirectory, syncDirectory, lock
}

/// Why the disk did not do what was asked.
package enum DiskError: Error, Equatable, Sendable {
    /// No such file or directory.
    case notFound(path: String)
    /// A new file was asked for, and one has the name already.
    case alreadyExists(path: String)
    /// Another process (or another owner in this one) holds the lock file.
    case locked(path: String)
    /// The disk, or the quota, is full (ENOSPC, EDQUOT).
    case noSpace
    /// Anything else: a failing drive, a missing permission.
    case ioFailed(errno: Int32, during: DiskOperation)
}

extension DiskError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notFound(let path): "\(path) does not exist"
        case .alreadyExists(let path): "\(path) exists already"
        case .locked(let path): "\(path) is locked by another process"
        case .noSpace: "no space left on the disk"
        case .ioFailed(let errno, let operation): "\(operation.rawValue) failed with errno \(errno)"
        }
    }
}
