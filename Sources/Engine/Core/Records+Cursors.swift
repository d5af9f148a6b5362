import NIOCore
import Primitives

struct CursorsAdvancedRecord: Equatable, Sendable {
    var address: Address
    var member: Address
    var delivered: Seq
    var read: Seq
    /// The member's own messages that `read` passed, where it stays behind what is in memory; they are counted before
    /// the record is written.
    var ownPassed: UInt32 = 0

    func write(into buffer: inout ByteBuffer) {
        buffer.writeAddress(self.address)
        buffer.writeAddress(self.member)
        buffer.writeMultipleIntegers(self.delivered.rawValue, self.read.rawValue, endianness: .little)
        if self.ownPassed > 0 { buffer.writeInteger(self.ownPassed, endianness: .little) }
    }

    init(address: Address, member: Address, delivered: Seq, read: Seq, ownPassed: UInt32 = 0) {
        self.address = address
        self.member = member
        self.delivered = delivered
        self.read = read
        self.ownPassed = ownPassed
    }

    init?(from buffer: inout ByteBuffer) {
        guard let address = buffer.readAddress(), let member = buffer.readAddress(),
            let (delivered, read) = buffer.readMultipleIntegers(endianness: .little, as: (UInt64, UInt64).self)
        else { return nil }
        self.init(
            address: address,
            member: member,
            delivered: Seq(rawValue: delivered),
            read: Seq(rawValue: read),
            ownPassed: buffer.readInteger(endianness: .little, as: UInt32.self) ?? 0
        )
    }
}
