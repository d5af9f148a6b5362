import Disks
import Engine
import Journaling

/// What commands ask of a data directory.
enum DataDirectory {
    /// Whether a server runs on it.
    ///
    /// Fails when there is no such directory.
    static func isInUse(_ directory: String) throws -> Bool {
        try Self.require(directory)
        do throws(JournalError) {
            _ = try Journal.lockDirectory(directory, disk: RealDisk())
            return false
        } catch .disk(.locked) {
            return true
        }
    }

    /// Fails when this is no data directory.
    static func require(_ directory: String) throws {
        do throws(RecoveryError) {
            _ = try Layout.read(directory, disk: RealDisk())
        } catch {
            throw CommandError("\(directory) is no data directory: \(error)")
        }
    }

    /// Ends the hold of a directory that nobody serves.
    static func release(_ directory: String) throws {
        do throws(EngineError) {
            try Hold(directory: directory, disk: RealDisk()).release()
        } catch {
            throw CommandError("The mark of the hold in \(directory) cannot be removed.")
        }
    }
}
