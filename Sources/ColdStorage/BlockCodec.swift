import Compression
import Primitives
import Sealing

/// A block as it lies in the database (Docs/formats.md, "Cold store").
struct StoredBlock: Sendable {
    var rawBytes: Int
    /// How the data is sealed; nil when it is plain.
    var label: [UInt8]?
    /// Compressed, then sealed.
    var data: [UInt8]
    /// CRC-32C over the header, the label and the data.
    var sum: UInt32
}

/// From messages to what is stored, and back: zstd, AES-256-GCM when there is a key, and a checksum over all of it.
struct BlockCodec: Sendable {
    let keys: KeyRing

    /// A block is never larger than this before it is compressed, so a damaged length asks for no more.
    static let rawBytesMax = 64 << 20

    func encode(_ block: ColdBlock, with compressor: inout Compressor) throws(ColdStoreError) -> StoredBlock {
        var data: [UInt8] = []
        let failure = ColdStoreError.failed("zstd refused a block")
        try compressor.compress(unsafe block.bytes.span.bytes, failure: failure) { (piece) throws(ColdStoreError) in
            unsafe piece.withUnsafeBytes { unsafe data.append(contentsOf: $0) }
        }
        var label: [UInt8]?
        if let seal = self.keys.seal(.coldBlock) {
            let header = block.header.bytes
            var all = header + data + [UInt8](repeating: 0, count: Sealer.tagBytes)
            do {
                var elements = all.mutableSpan
                var span = unsafe elements.mutableBytes
                seal.sealer.seal(&span, header: 0..<header.count, body: header.count..<span.byteCount, number: 0)
            }
            label = seal.label.bytes
            data = Array(all[header.count...])
        }
        let sum = block.header.sum(label, data, rawBytes: block.bytes.count)
        return StoredBlock(rawBytes: block.bytes.count, label: label, data: data, sum: sum)
    }

    /// Fails with `damaged` or `sealed`.
    func decode(_ stored: StoredBlock, _ header: ColdBlockHeader) throws(ColdStoreError) -> ColdBlock {
        let damage = ColdStoreError.damaged(header.mailbox, header.seqs)
        guard (1...Self.rawBytesMax).contains(stored.rawBytes),
            header.sum(stored.label, stored.data, rawBytes: stored.rawBytes) == stored.sum
        else { throw damage }
        let data = try self.open(stored, header)
        guard var decompressor = Decompressor(rawBytes: stored.rawBytes), decompressor.take(unsafe data.span.bytes),
            let bytes = decompressor.finish()
        else { throw damage }
        return ColdBlock(
            mailbox: header.mailbox,
            seqs: header.seqs,
            newestAt: header.newestAt,
            hash: header.hash,
            bytes: bytes
        )
    }

    private func open(_ stored: StoredBlock, _ header: ColdBlockHeader) throws(ColdStoreError) -> [UInt8] {
        guard let label = stored.label else { return stored.data }
        guard label.count == SealLabel.byteCount else { throw .damaged(header.mailbox, header.seqs) }
        do throws(SealingError) {
            let opener = try self.keys.open(SealLabel(unsafe label.span.bytes), .coldBlock)
            let clear = header.bytes
            var all = clear + stored.data
            try Self.open(&all, behind: clear.count, with: opener)
            return Array(all[clear.count..<(all.count - Sealer.tagBytes)])
        } catch {
            throw .sealed(error)
        }
    }

    private static func open(_ bytes: inout [UInt8], behind header: Int, with opener: Opener) throws(SealingError) {
        var elements = bytes.mutableSpan
        var span = unsafe elements.mutableBytes
        try opener.open(&span, header: 0..<header, body: header..<span.byteCount, number: 0)
    }
}

extension ColdBlock {
    package var header: ColdBlockHeader {
        ColdBlockHeader(mailbox: self.mailbox, seqs: self.seqs, newestAt: self.newestAt, hash: self.hash)
    }
}

extension ColdBlockHeader {
    /// What is authenticated with the messages: a block that is moved to another place does not open there.
    var bytes: [UInt8] {
        let words = [
            self.seqs.lowerBound.rawValue, self.seqs.upperBound.rawValue, UInt64(bitPattern: self.newestAt.rawValue),
            self.hash.low, self.hash.high,
        ]
        var bytes = Array(self.mailbox.description.utf8)
        for word in words { for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift * 8))) } }
        return bytes
    }

    fileprivate func sum(_ label: [UInt8]?, _ data: [UInt8], rawBytes: Int) -> UInt32 {
        var sum = CRC32C.checksum(self.bytes)
        sum = CRC32C.checksum(label ?? [], from: sum)
        sum = CRC32C.checksum(data, from: sum)
        return sum ^ UInt32(truncatingIfNeeded: rawBytes)
    }
}
