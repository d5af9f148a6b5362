import Disks
import Testing

#if os(Linux)
/// The disk asks the kernel: what cannot be synced says so, and only a real call learns of it.
@Suite("Real disk")
struct RealDiskTests {
    @Test("A sync of a file is the kernel's: one that has none to give fails it")
    func syncIsTheKernels() throws {
        let file = try RealDisk().open("/dev/null", .writing)
        #expect(throws: DiskError.ioFailed(errno: 22, during: .sync)) { try file.sync() }
    }

    @Test("A sync of a directory is the kernel's, too")
    func directorySyncIsTheKernels() throws {
        #expect(throws: DiskError.ioFailed(errno: 22, during: .syncDirectory)) { try RealDisk().syncDirectory("/proc") }
    }
}
#endif
