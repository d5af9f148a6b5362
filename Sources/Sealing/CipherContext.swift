private import COpenSSL

/// AES-256-GCM under the key of one file, in one direction; one thread at a time.
@safe final class CipherContext {
    enum Direction: Int32 {
        case opening = 0
        case sealing = 1
    }

    static let tagBytes = 16
    private let handle: OpaquePointer

    init(key: [UInt8], _ direction: Direction) {
        precondition(key.count == SealingKey.byteCount, "AES-256 has keys of 32 bytes")
        guard let handle = unsafe copenssl_gcm_new(key, direction.rawValue) else {
            preconditionFailure("libcrypto has AES-256-GCM")
        }
        unsafe self.handle = handle
    }

    deinit { unsafe copenssl_gcm_free(self.handle) }

    /// Begins a text; its number is its own in this file, and `header` is authenticated with it.
    func begin(_ number: UInt64, header: UnsafeRawBufferPointer) {
        guard let base = header.baseAddress else { preconditionFailure("a header is not empty") }
        Self.require(unsafe copenssl_gcm_begin(self.handle, number, base, header.count))
    }

    /// The next bytes of the text, into `output`, which may be `input`.
    func update(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) {
        precondition(output.count >= input.count, "what comes out is as long as what goes in")
        guard let source = input.baseAddress, let target = output.baseAddress else { return }
        Self.require(unsafe copenssl_gcm_update(self.handle, source, input.count, target))
    }

    /// Ends a text that is sealed: gives its tag.
    func finish(tag: UnsafeMutableRawBufferPointer) {
        guard let base = tag.baseAddress, tag.count == Self.tagBytes else { preconditionFailure("a tag is 16 bytes") }
        Self.require(unsafe copenssl_gcm_seal(self.handle, base))
    }

    /// Ends a text that is opened: whether it is as it was sealed.
    func finish(checking tag: UnsafeRawBufferPointer) -> Bool {
        guard let base = tag.baseAddress, tag.count == Self.tagBytes else { return false }
        return unsafe copenssl_gcm_open(self.handle, base) == 1
    }

    /// Its memory is there from the start, so nothing of it can fail but by a mistake of ours.
    private static func require(_ result: Int32) { precondition(result == 1, "AES-256-GCM takes what it is given") }
}
