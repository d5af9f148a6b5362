private import CLinux

/// CRC-32C (Castagnoli), as journal records and snapshot sections carry it.
package enum CRC32C {
    /// The sum of `bytes`, going on from `crc`.
    package static func checksum(_ bytes: UnsafeRawBufferPointer, from crc: UInt32 = 0) -> UInt32 {
        guard let base = bytes.baseAddress else { return crc }
        return unsafe clinux_crc32c(crc, base, bytes.count)
    }

    /// The sum of `bytes`, going on from `crc`.
    package static func checksum(_ bytes: RawSpan, from crc: UInt32 = 0) -> UInt32 {
        unsafe bytes.withUnsafeBytes { unsafe Self.checksum($0, from: crc) }
    }

    /// The sum of `bytes`, going on from `crc`.
    package static func checksum(_ bytes: [UInt8], from crc: UInt32 = 0) -> UInt32 {
        unsafe bytes.withUnsafeBytes { unsafe Self.checksum($0, from: crc) }
    }
}
