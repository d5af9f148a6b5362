import CLinux
import NIOCore
import Wire

/// Standard output: what programs read.
enum StandardOutput {
    /// Writes one line of JSON.
    static func writeLine(_ body: (inout JSONWriter) -> Void) {
        var line = ByteBuffer()
        line.writeJSON { body(&$0) }
        line.writeString("\n")
        line.write(toDescriptor: 1)
    }

    static func writeLine(_ text: String) { ByteBuffer(string: text + "\n").write(toDescriptor: 1) }
}

/// Standard error: what people read, and logs.
enum StandardError {
    static func write(_ bytes: ByteBuffer) { bytes.write(toDescriptor: 2) }
}

extension ByteBuffer {
    /// Writes all of it; where nobody reads any more, there is nobody to tell.
    fileprivate func write(toDescriptor descriptor: CInt) {
        unsafe self.withUnsafeReadableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            _ = unsafe clinux_write_all(descriptor, base, bytes.count)
        }
    }
}
