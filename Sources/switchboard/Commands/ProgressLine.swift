import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// One line on standard error that says how far long work has come; nothing where nobody looks.
struct ProgressLine {
    private let title: String
    private let isTerminal = isatty(2) == 1

    init(_ title: String) { self.title = title }

    func show(_ text: String) { self.write("\r\(self.title): \(text)\u{1B}[K") }

    /// Clears the line.
    func end() { self.write("\r\u{1B}[K") }

    private func write(_ text: String) {
        guard self.isTerminal else { return }
        StandardError.write(ByteBuffer(string: text))
    }
}
