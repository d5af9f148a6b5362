/// Seals the content of one file, text by text; one thread at a time.
///
/// Each text has a number of its own in the file: two under one number would give both away.
package final class Sealer: @unchecked Sendable {
    // @unchecked: it belongs to the one writer of its file, which goes from thread to thread under a mutex.
    /// What is added behind each text.
    package static let tagBytes = CipherContext.tagBytes

    private let context: CipherContext

    init(key: [UInt8]) { self.context = CipherContext(key: key, .sealing) }

    /// Seals `body` where it lies, its last 16 bytes being room for the tag; `header` stays in clear, and belongs to it.
    package func seal(_ bytes: inout MutableRawSpan, header: Range<Int>, body: Range<Int>, number: UInt64) {
        precondition(body.count >= Self.tagBytes, "a sealed body has room for its tag")
        unsafe bytes.withUnsafeMutableBytes { all in
            let tagStart = body.upperBound - Self.tagBytes
            let text = unsafe UnsafeMutableRawBufferPointer(rebasing: all[body.lowerBound..<tagStart])
            unsafe self.context.begin(number, header: UnsafeRawBufferPointer(rebasing: all[header]))
            unsafe self.context.update(UnsafeRawBufferPointer(text), into: text)
            unsafe self.context.finish(tag: UnsafeMutableRawBufferPointer(rebasing: all[tagStart..<body.upperBound]))
        }
    }

    /// Begins a text that comes in pieces.
    package func begin(_ number: UInt64, header: [UInt8]) {
        unsafe header.withUnsafeBytes { unsafe self.context.begin(number, header: $0) }
    }

    /// Seals the next piece into the start of `sealed`, which is no shorter.
    package func seal(_ piece: RawSpan, into sealed: inout [UInt8]) {
        unsafe piece.withUnsafeBytes { input in
            unsafe sealed.withUnsafeMutableBytes { unsafe self.context.update(input, into: $0) }
        }
    }

    /// Ends a text that came in pieces; returns its tag.
    package func finish() -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: Self.tagBytes)
        unsafe tag.withUnsafeMutableBytes { unsafe self.context.finish(tag: $0) }
        return tag
    }
}
