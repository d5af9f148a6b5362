package import Journaling
import NIOCore
import Primitives

/// Whom a record of the engine concerns.
extension RecordSubject {
    /// Reads as much of a whole record as tells its mailbox, its collection, or that it is a task's.
    package init(_ header: RecordHeader, _ body: RawSpan) {
        var buffer = unsafe body.withUnsafeBytes { unsafe ByteBuffer(bytes: $0) }
        switch RecordKind(rawValue: header.kind) {
        case .mailboxCreated, .published, .membersChanged, .cursorsAdvanced, .epochChanged, .offloaded, .deleted,
            .offered, .marked, .withdrawn, .pushFailed:
            self = buffer.readAddress().map { .mailbox($0.description) } ?? .other("unknown")
        case .documentPut, .documentDeleted:
            self = buffer.readShortString().map { .other("documents of \($0)") } ?? .other("unknown")
        case .taskPut, .taskRemoved: self = .other("tasks")
        case .settled: self = .other("clean stops")
        case nil: self = .other("unknown")
        }
    }
}
