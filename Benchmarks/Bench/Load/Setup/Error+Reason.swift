internal import NIOCore

#if canImport(Glibc)
private import Glibc
#else
private import Darwin
#endif

extension Error {
    /// What the system says of it, in its words; a description when it is not the system's.
    var reason: String {
        guard let error = self as? IOError, let text = unsafe strerror(error.errnoCode) else { return "\(self)" }
        return unsafe String(cString: text)
    }
}
