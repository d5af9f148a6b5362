private import Foundation
import Compression
import GRDB
package import Primitives
package import Sealing

extension SQLiteColdStore {
    package func put(_ blocks: [ColdBlock]) throws(ColdStoreError) {
        guard var compressor = Compressor() else { throw .failed("no memory to compress with") }
        var stored: [StoredBlock] = []
        for block in blocks { stored.append(try self.codec.encode(block, with: &compressor)) }
        let encoded = stored
        try Self.wrapping {
            try self.database.write { database in
                let clear = try database.cachedStatement(sql: "DELETE FROM block WHERE mailbox = ? AND first >= ?")
                let insert = try database.cachedStatement(
                    sql: """
                        INSERT INTO block (mailbox, first, last, kind, newest_at, hash_low, hash_high, raw_bytes, sum,
                        label, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """
                )
                for (block, stored) in zip(blocks, encoded) {
                    let mailbox = block.mailbox.description, first = block.seqs.lowerBound.column
                    try clear.execute(arguments: [mailbox, first])
                    try insert.execute(
                        arguments: [
                            mailbox, first, block.seqs.upperBound.column, Int(block.mailbox.kind.rawValue),
                            block.newestAt.rawValue, Int64(bitPattern: block.hash.low),
                            Int64(bitPattern: block.hash.high), stored.rawBytes, Int64(stored.sum),
                            stored.label.map(\.databaseBlob), stored.data.databaseBlob,
                        ]
                    )
                }
            }
        }
    }

    package func block(of mailbox: Address, holding seq: Seq) throws(ColdStoreError) -> ColdBlock? {
        let row = try Self.wrapping {
            try self.database.read { database in
                try Row.fetchOne(
                    database,
                    sql: """
                        SELECT \(ColdBlockHeader.columns), \(StoredBlock.columns) FROM block
                        WHERE mailbox = ? AND first <= ? ORDER BY first DESC LIMIT 1
                        """,
                    arguments: [mailbox.description, seq.column]
                )
            }
        }
        guard let row else { return nil }
        guard let header = ColdBlockHeader(row), header.mailbox == mailbox, let stored = StoredBlock(row)
        else { throw .damaged(mailbox, seq...seq) }
        guard header.seqs.contains(seq) else { return nil }
        return try self.codec.decode(stored, header)
    }

    package func headers(of mailbox: Address) throws(ColdStoreError) -> [ColdBlockHeader] {
        try self.headers(
            sql:
                "SELECT \(ColdBlockHeader.columns) FROM block WHERE mailbox = ? ORDER BY first",
            [mailbox.description]
        )
    }

    package func headers(
        of kind: AddressKind,
        before instant: Timestamp,
        countMax: Int
    ) throws(ColdStoreError) -> [ColdBlockHeader] {
        try self.headers(
            sql: """
                SELECT \(ColdBlockHeader.columns) FROM block
                WHERE kind = ? AND newest_at < ? AND deleted IS NULL ORDER BY newest_at LIMIT ?
                """,
            [Int(kind.rawValue), instant.rawValue, countMax]
        )
    }

    private func headers(sql: String, _ arguments: StatementArguments) throws(ColdStoreError) -> [ColdBlockHeader] {
        let rows = try Self.wrapping {
            try self.database.read { database in try Row.fetchAll(database, sql: sql, arguments: arguments) }
        }
        var headers: [ColdBlockHeader] = []
        for row in rows {
            guard let header = ColdBlockHeader(row) else { throw .failed("a block's row cannot be read") }
            headers.append(header)
        }
        return headers
    }

    package func markDeleted(_ deletions: [ColdDeletion]) throws(ColdStoreError) {
        try Self.wrapping {
            try self.database.write { database in
                for deletion in deletions {
                    try database.execute(
                        sql: "UPDATE block SET deleted = ? WHERE mailbox = ? AND last <= ? AND deleted IS NULL",
                        arguments: [
                            Int64(bitPattern: deletion.position.rawValue), deletion.mailbox.description,
                            deletion.through.column,
                        ]
                    )
                }
            }
        }
    }

    package func purge(through position: JournalPosition) throws(ColdStoreError) -> Int {
        try Self.wrapping {
            try self.database.write { database in
                try database.execute(
                    sql: "DELETE FROM block WHERE deleted IS NOT NULL AND deleted <= ?",
                    arguments: [Int64(bitPattern: position.rawValue)]
                )
                return database.changesCount
            }
        }
    }

    package func size() throws(ColdStoreError) -> ColdStoreSize {
        try Self.wrapping {
            try self.database.read { database in
                let row = try Row.fetchOne(
                    database,
                    sql: "SELECT COUNT(*), COALESCE(SUM(last - first + 1), 0) FROM block WHERE deleted IS NULL"
                )
                let counts = (0...1).map { column in row.flatMap { Int.fromDatabaseValue($0[column]) } ?? 0 }
                return ColdStoreSize(blocks: counts[0], messages: counts[1])
            }
        }
    }
}

extension SQLiteColdStore {
    /// How many blocks are sealed with which key; nil stands for none.
    package func keyCounts() throws(ColdStoreError) -> [(key: SealingKeyID?, blocks: Int)] {
        let rows = try Self.wrapping {
            try self.database.read { database in
                try Row.fetchAll(database, sql: "SELECT label, COUNT(*) FROM block GROUP BY substr(label, 1, 8)")
            }
        }
        return rows.map { row in
            let label = Data.fromDatabaseValue(row[0]).map { [UInt8]($0) }
            let isWhole = label?.count == SealLabel.byteCount
            let count = Int.fromDatabaseValue(row[1]) ?? 0
            return (isWhole ? label.map { SealLabel(unsafe $0.span.bytes).keyID } : nil, count)
        }
    }
}

extension Seq {
    fileprivate var column: Int64 { Int64(bitPattern: self.rawValue) }
}

extension [UInt8] {
    fileprivate var databaseBlob: Data { Data(self) }
}

// Rows are read by place: a damaged schema may have lost a column's name.

extension ColdBlockHeader {
    fileprivate static let columns = "mailbox, first, last, newest_at, hash_low, hash_high"

    /// Reads the start of a row; nil when it is damaged.
    fileprivate init?(_ row: Row) {
        let words = (1...5).compactMap { Int64.fromDatabaseValue(row[$0]) }
        guard words.count == 5, let mailbox = String.fromDatabaseValue(row[0]).flatMap({ Address($0) }), words[0] > 0,
            words[0] <= words[1]
        else { return nil }
        self.init(
            mailbox: mailbox,
            seqs: Seq(rawValue: UInt64(words[0]))...Seq(rawValue: UInt64(words[1])),
            newestAt: Timestamp(rawValue: words[2]),
            hash: StateHash(low: UInt64(bitPattern: words[3]), high: UInt64(bitPattern: words[4]))
        )
    }
}

extension StoredBlock {
    fileprivate static let columns = "raw_bytes, sum, label, data"

    /// Reads what follows the header in a row; nil when it is damaged.
    fileprivate init?(_ row: Row) {
        guard let rawBytes = Int.fromDatabaseValue(row[6]),
            let sum = Int64.fromDatabaseValue(row[7]).flatMap({ UInt32(exactly: $0) }),
            let data = Data.fromDatabaseValue(row[9])
        else { return nil }
        let label = Data.fromDatabaseValue(row[8]).map { [UInt8]($0) }
        self.init(rawBytes: rawBytes, label: label, data: [UInt8](data), sum: sum)
    }
}
