import DequeModule
import NIOCore
import Primitives

/// A sum over a whole state that is equal for equal states: epochs and the order of things do not count
/// (PROTOCOL "Starting", `GET /v1/state-hash`).
///
/// Each thing is summed by itself with its own two mixed CRCs; the sums are added, which no order changes.
package struct StateHash: Equatable, Sendable, CustomStringConvertible {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    package init() {}

    /// Adds the hash of another part of the state.
    package mutating func add(_ other: StateHash) {
        self.low &+= other.low
        self.high &+= other.high
    }

    mutating func add(_ thing: ByteBuffer, salt: UInt32) {
        let (first, second, third, fourth) = unsafe thing.withUnsafeReadableBytes { bytes in
            unsafe (
                CRC32C.checksum(bytes, from: salt), CRC32C.checksum(bytes, from: ~salt),
                CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes.prefix(bytes.count / 2))),
                CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes.suffix(bytes.count / 2)))
            )
        }
        self.low &+= Self.mix(UInt64(first) << 32 | UInt64(third))
        self.high &+= Self.mix(UInt64(second) << 32 | UInt64(fourth) ^ UInt64(thing.readableBytes))
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var generator = SeededGenerator(seed: value)
        return generator.next()
    }

    /// 32 hexadecimal digits.
    package var description: String {
        [self.high, self.low].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

extension ShardState {
    /// The hash of this shard.
    func hash() -> StateHash {
        var sum = StateHash(), buffer = ByteBuffer()
        for number in 0..<UInt32(self.mailboxes.count) { self.addMailbox(number, to: &sum) }
        for id in self.keyOrder {
            buffer.clear()
            self.encodeKey(id, into: &buffer)
            sum.add(buffer, salt: 2)
        }
        for id in self.documents.keys {
            guard let document = self.document(id) else { continue }
            buffer.clear()
            DocumentPutRecord(document: document).write(into: &buffer)
            sum.add(buffer, salt: 3)
        }
        for task in self.tasks.values {
            buffer.clear()
            task.write(into: &buffer)
            sum.add(buffer, salt: 4)
        }
        return sum
    }

    /// Members count one by one: their order in a row is that of this shard's numbers.
    private func addMailbox(_ number: UInt32, to sum: inout StateHash) {
        let row = self.mailboxes[Int(number)]
        var buffer = ByteBuffer()
        self.encodeIdentity(of: number, into: &buffer)
        let identity = buffer
        self.encodeLog(of: row, into: &buffer)
        sum.add(buffer, salt: 1)
        for index in 0..<Int(row.members.count) {
            buffer = identity
            self.encodeMember(index, of: row, into: &buffer)
            sum.add(buffer, salt: 5)
        }
    }
}
