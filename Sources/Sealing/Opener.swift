/// Opens the content of one sealed file, text by text; one thread at a time.
package final class Opener {
    private let context: CipherContext

    init(key: [UInt8]) { self.context = CipherContext(key: key, .opening) }

    /// Opens `body` where it lies, its last 16 bytes being the tag.
    ///
    /// Fails with `forged` when header and body are not what was sealed under this number; then the body is worth
    /// nothing.
    package func open(
        _ bytes: inout MutableRawSpan,
        header: Range<Int>,
        body: Range<Int>,
        number: UInt64
    ) throws(SealingError) {
        guard body.count >= Sealer.tagBytes else { throw .forged }
        let isGenuine = unsafe bytes.withUnsafeMutableBytes { all in
            let tagStart = body.upperBound - Sealer.tagBytes
            let text = unsafe UnsafeMutableRawBufferPointer(rebasing: all[body.lowerBound..<tagStart])
            unsafe self.context.begin(number, header: UnsafeRawBufferPointer(rebasing: all[header]))
            unsafe self.context.update(UnsafeRawBufferPointer(text), into: text)
            return unsafe self.context.finish(
                checking: UnsafeRawBufferPointer(rebasing: all[tagStart..<body.upperBound])
            )
        }
        guard isGenuine else { throw .forged }
    }

    /// Begins a text that comes in pieces.
    package func begin(_ number: UInt64, header: [UInt8]) {
        unsafe header.withUnsafeBytes { unsafe self.context.begin(number, header: $0) }
    }

    /// Opens the next piece into the start of `opened`, which is no shorter.
    ///
    /// Nothing of it may be believed before `finish` says so.
    package func open(_ piece: RawSpan, into opened: inout [UInt8]) {
        unsafe piece.withUnsafeBytes { input in
            unsafe opened.withUnsafeMutableBytes { unsafe self.context.update(input, into: $0) }
        }
    }

    /// Ends a text that came in pieces.
    ///
    /// Fails with `forged` when it is not what was sealed under its number.
    package func finish(tag: [UInt8]) throws(SealingError) {
        guard unsafe tag.withUnsafeBytes({ unsafe self.context.finish(checking: $0) }) else { throw .forged }
    }
}
