import Foundation
import Primitives
import Sealing
import Testing

@testable import ColdStorage

@Suite("Damage of the cold store", .timeLimit(.minutes(10)))
struct ColdDamageTests {
    @Test(
        "A byte that is another one is found, or is no matter: what is served is what was put",
        arguments: [false, true]
    )
    func everyByte(isSealed: Bool) throws {
        try SQLiteColdStoreTests.inDirectory { directory in
            let key = SealingKey(bytes: [UInt8](repeating: 3, count: 32))
            let keys = KeyRing(current: isSealed ? key : nil)
            let starts: [UInt64] = [1, 11, 21, 31]
            let blocks = starts.map { SQLiteColdStoreTests.block(SQLiteColdStoreTests.group, $0...$0 + 9) }
            let store = try SQLiteColdStore(dataDirectory: directory, keys: keys)
            try store.put(blocks)
            store.close()
            let path = URL(filePath: "\(directory)/cold/messages.sqlite")
            let file = try Data(contentsOf: path)
            var refused = 0
            // Every byte of the rows would take minutes for nothing: their places differ, their fate does not.
            for offset in stride(from: 0, to: file.count, by: 7) {
                var damaged = file
                damaged[offset] ^= 0x41
                try damaged.write(to: path)
                if try !Self.isServedOrRefused(blocks, directory, keys) { refused += 1 }
            }
            #expect(refused > 100)
        }
    }

    /// Whether all is served; anything that is neither what was put nor refused is an issue.
    private static func isServedOrRefused(_ blocks: [ColdBlock], _ directory: String, _ keys: KeyRing) throws -> Bool {
        let store: SQLiteColdStore
        do throws(ColdStoreError) {
            guard let found = try SQLiteColdStore(reading: directory, keys: keys) else { return false }
            store = found
        } catch {
            return false
        }
        defer { store.close() }
        var isServed = true
        for block in blocks {
            // A block that seems not to be there is missed by whoever knows that it must be.
            guard let found = try? store.block(of: block.mailbox, holding: block.seqs.lowerBound) else {
                isServed = false
                continue
            }
            #expect(found == block)
        }
        return isServed
    }
}
