/// Why a case could not be done or counted, in words for the person who started it.
enum MicroError: Error, Equatable, CustomStringConvertible {
    case unknownCase(String)
    case directory(String)
    /// The engine or the journal in this process refused what was asked of it.
    case refused(String)
    /// The case did not do what it says.
    case undone(String)
    case notReadable(path: String)
    case notWritable(path: String)
    case notUnderstood(path: String, reason: String)
    case noSink(errno: CInt)

    var description: String {
        switch self {
        case .unknownCase(let name): "There is no case \(name); `micro list` names them."
        case .directory(let path): "\(path) cannot be made or used."
        case .refused(let what): "Refused: \(what)."
        case .undone(let what): "The case did not do its work: \(what)."
        case .notReadable(let path): "\(path) cannot be read."
        case .notWritable(let path): "\(path) cannot be written."
        case .notUnderstood(let path, let reason): "\(path) is not understood: \(reason)."
        case .noSink(let errno): "No socket could be opened: errno \(errno)."
        }
    }
}
