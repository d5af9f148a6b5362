private import CLinux

#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif

/// A file descriptor.
final class RealFile: DiskFile {
    private let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(self.descriptor) }

    func read(into bytes: inout MutableRawSpan, at offset: Int) throws(DiskError) -> Int {
        let count = unsafe bytes.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            return unsafe clinux_pread_all(self.descriptor, base, buffer.count, off_t(offset))
        }
        guard count >= 0 else { throw DiskError(Int32(-count), during: .read, path: "") }
        return count
    }

    func write(_ bytes: RawSpan, at offset: Int) throws(DiskError) {
        let result = unsafe bytes.withUnsafeBytes { buffer -> Int32 in
            guard let base = buffer.baseAddress else { return 0 }
            return unsafe clinux_pwrite_all(self.descriptor, base, buffer.count, off_t(offset))
        }
        guard result == 0 else { throw DiskError(-result, during: .write, path: "") }
    }

    func sync() throws(DiskError) {
        let result = clinux_fdatasync(self.descriptor)
        guard result == 0 else { throw DiskError(-result, during: .sync, path: "") }
    }

    func size() throws(DiskError) -> Int {
        let end = lseek(self.descriptor, 0, SEEK_END)
        guard end >= 0 else { throw DiskError(errno, during: .size, path: "") }
        return Int(end)
    }

    func truncate(to size: Int) throws(DiskError) {
        while ftruncate(self.descriptor, off_t(size)) != 0 {
            guard errno == EINTR else { throw DiskError(errno, during: .truncate, path: "") }
        }
    }
}
