import NIOCore
import Primitives

/// A mailbox's messages up to a seq lie in the cold store, and leave memory.
struct OffloadedRecord: Equatable, Sendable {
    var address: Address
    var through: Seq

    func write(into buffer: inout ByteBuffer) {
        buffer.writeAddress(self.address)
        buffer.writeInteger(self.through.rawValue, endianness: .little)
    }

    init(address: Address, through: Seq) {
        self.address = address
        self.through = through
    }

    init?(from buffer: inout ByteBuffer) {
        guard let address = buffer.readAddress(),
            let through = buffer.readInteger(endianness: .little, as: UInt64.self)
        else { return nil }
        self.init(address: address, through: Seq(rawValue: through))
    }
}

/// A mailbox's messages up to a seq are deleted; `coldHash` is the hash of those of them that were cold.
struct DeletedRecord: Equatable, Sendable {
    var address: Address
    var through: Seq
    var coldHash: StateHash

    func write(into buffer: inout ByteBuffer) {
        buffer.writeAddress(self.address)
        buffer.writeMultipleIntegers(
            self.through.rawValue,
            self.coldHash.low,
            self.coldHash.high,
            endianness: .little
        )
    }

    init(address: Address, through: Seq, coldHash: StateHash) {
        self.address = address
        self.through = through
        self.coldHash = coldHash
    }

    init?(from buffer: inout ByteBuffer) {
        guard let address = buffer.readAddress(),
            let (through, low, high) = buffer.readMultipleIntegers(
                endianness: .little,
                as: (UInt64, UInt64, UInt64).self
            )
        else { return nil }
        self.init(
            address: address,
            through: Seq(rawValue: through),
            coldHash: StateHash(low: low, high: high)
        )
    }
}
