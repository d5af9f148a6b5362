package import Disks
package import Sealing

/// A part of a snapshot file.
package enum SnapshotPart: Equatable, Sendable {
    case header
    /// The header of the section with this index.
    case sectionHeader(Int)
    /// The compressed bytes of the section with this index.
    case section(Int)
    case footer
}

/// Why a snapshot cannot be written or read.
package enum SnapshotError: Error, Equatable, Sendable {
    case disk(DiskError)
    /// The part that starts at this byte is not as it was written.
    case damaged(SnapshotPart, offset: Int)
    /// What is sealed at `offset` of `file` cannot be opened; at 0 that is all of it, for want of its key.
    case sealed(file: String, offset: Int, SealingError)
    /// Written by a later version of this program.
    case unsupportedVersion(UInt32)
    /// The compressor had no memory, or refused.
    case compressionFailed
}

extension SnapshotError {
    /// Whether the right key would do.
    package var isForWantOfKey: Bool {
        switch self {
        case .sealed(_, _, .noKey), .sealed(_, _, .wrongKey): true
        default: false
        }
    }
}

extension SnapshotError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .disk(let error): "the snapshot's disk failed: \(error)"
        case .damaged(.header, let offset): "the snapshot's header at byte \(offset) is damaged"
        case .damaged(.sectionHeader(let index), let offset):
            "the header of section \(index) at byte \(offset) is damaged"
        case .damaged(.section(let index), let offset): "section \(index) at byte \(offset) is damaged"
        case .damaged(.footer, let offset): "the snapshot's footer at byte \(offset) is damaged"
        case .sealed(let file, let offset, let error): "\(file) at byte \(offset) is \(error)"
        case .unsupportedVersion(let version): "the snapshot has version \(version), which this program cannot read"
        case .compressionFailed: "the compressor failed"
        }
    }
}

/// Runs disk work whose failure is the snapshot's.
func onDisk<Outcome>(_ work: () throws(DiskError) -> Outcome) throws(SnapshotError) -> Outcome {
    do {
        return try work()
    } catch {
        throw .disk(error)
    }
}
