import Disks
import GRDB
import Primitives
package import Sealing

/// The cold store in one SQLite file, `DATA/cold/messages.sqlite`.
///
/// Written with a write-ahead log that is synced at each commit, so that readers never wait for writers and a block
/// that was put is on disk.
package final class SQLiteColdStore: ColdStore {
    package static let directoryName = "cold"
    package static let fileName = "messages.sqlite"
    private static let formatVersion = 1
    /// "SWBD", so that `file` and other programs know whose it is.
    private static let applicationID = 0x5357_4244

    let database: any DatabaseWriter
    let codec: BlockCodec

    /// Opens the store of a data directory, and makes it when it is not there.
    ///
    /// Fails with `failed` or `noSpace`.
    package init(dataDirectory: String, keys: KeyRing = KeyRing()) throws(ColdStoreError) {
        let directory = "\(dataDirectory)/\(Self.directoryName)", disk = RealDisk()
        let isNew: Bool
        do throws(DiskError) {
            try disk.createDirectory(directory)
            isNew = try !disk.list(directory).contains(Self.fileName)
        } catch {
            throw error == .noSpace ? .noSpace : .failed("\(error)")
        }
        self.codec = BlockCodec(keys: keys)
        self.database = try Self.wrapping {
            var configuration = Configuration()
            configuration.label = "cold store"
            configuration.maximumReaderCount = 2
            configuration.busyMode = .timeout(10)
            let pool = try DatabasePool(path: "\(directory)/\(Self.fileName)", configuration: configuration)
            try pool.writeWithoutTransaction { database in
                // The pool's own choice would leave the last commits to the kernel.
                try database.execute(sql: "PRAGMA synchronous = FULL")
                try Self.prepare(database)
            }
            return pool
        }
        guard isNew else { return }
        do throws(DiskError) {
            try disk.syncDirectory(directory)
            try disk.syncDirectory(dataDirectory)
        } catch {
            throw .failed("\(error)")
        }
    }

    /// Opens a store for reading only, beside a server that may write to it; nil when there is none.
    package init?(reading dataDirectory: String, keys: KeyRing) throws(ColdStoreError) {
        let directory = "\(dataDirectory)/\(Self.directoryName)"
        guard let files = try? RealDisk().list(directory), files.contains(Self.fileName) else { return nil }
        self.codec = BlockCodec(keys: keys)
        self.database = try Self.wrapping {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(10)
            return try DatabaseQueue(path: "\(directory)/\(Self.fileName)", configuration: configuration)
        }
    }

    /// Closes the file; what was put is on disk already, and now all of it in the one file.
    package func close() {
        _ = try? self.database.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        try? self.database.close()
    }

    private static func prepare(_ database: Database) throws {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version <= Self.formatVersion
        else { throw DatabaseError(message: "it is of format \(version), which this program cannot read") }
        guard version == 0 else { return }
        try database.inTransaction {
            try database.execute(
                sql: """
                    CREATE TABLE block (
                        mailbox TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
                        kind INTEGER NOT NULL, newest_at INTEGER NOT NULL,
                        hash_low INTEGER NOT NULL, hash_high INTEGER NOT NULL, deleted INTEGER,
                        raw_bytes INTEGER NOT NULL, sum INTEGER NOT NULL, label BLOB, data BLOB NOT NULL,
                        PRIMARY KEY (mailbox, first)
                    );
                    CREATE INDEX block_age ON block (kind, newest_at) WHERE deleted IS NULL;
                    CREATE INDEX block_deleted ON block (deleted) WHERE deleted IS NOT NULL;
                    PRAGMA application_id = \(Self.applicationID);
                    PRAGMA user_version = \(Self.formatVersion);
                    """
            )
            return .commit
        }
    }

    /// Runs work on the database, and says in this module's words what goes wrong.
    static func wrapping<Outcome>(_ work: () throws -> Outcome) throws(ColdStoreError) -> Outcome {
        do {
            return try work()
        } catch let error as ColdStoreError {
            throw error
        } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
            throw .noSpace
        } catch {
            throw .failed("\(error)")
        }
    }
}
