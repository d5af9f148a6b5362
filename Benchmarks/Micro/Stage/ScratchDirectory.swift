#if canImport(FoundationEssentials)
private import FoundationEssentials
#else
private import Foundation
#endif

/// A directory for one run; it goes with this object.
final class ScratchDirectory {
    let path: String

    init() throws(MicroError) {
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("micro-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        } catch {
            throw .directory(place.path)
        }
        self.path = place.path
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }
}
