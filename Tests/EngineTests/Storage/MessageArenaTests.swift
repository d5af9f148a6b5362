import NIOCore
import Primitives
import Testing

@testable import Engine

@Suite("Message arena")
struct MessageArenaTests {
    @Test("What is kept is found again, of any size", arguments: Seeds.first(10))
    func model(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var arena = MessageArena(), kept: [(ref: MessageRef, bytes: ByteBuffer)] = []
        for number in 0..<400 {
            let sizes = [0..<200, 3_000..<5_000, 60_000..<70_000]
            let count = Int.random(in: sizes[number % 50 == 0 ? 2 : number % 7 == 0 ? 1 : 0], using: &generator)
            let bytes = ByteBuffer(repeating: UInt8(truncatingIfNeeded: number), count: count)
            kept.append((arena.append(bytes), bytes))
        }
        let copy = arena
        _ = arena.append(ByteBuffer(string: "later"))
        for (ref, bytes) in kept {
            #expect(arena.withBytes(of: ref) { ByteBuffer(bytes: $0) } == bytes)
            #expect(copy.withBytes(of: ref) { ByteBuffer(bytes: $0) } == bytes)
        }
        #expect(copy.storedBytes == kept.reduce(0) { $0 + $1.bytes.readableBytes + 4 })
        #expect(arena.storedBytes == copy.storedBytes + 9)
    }

    @Test("A message larger than a chunk is kept whole")
    func large() {
        var arena = MessageArena()
        let large = ByteBuffer(repeating: 7, count: 3 << 20), small = ByteBuffer(string: "x")
        let refs = [small, large, small].map { arena.append($0) }
        #expect(arena.withBytes(of: refs[1]) { $0.count } == 3 << 20)
        #expect(refs[1].chunk > refs[0].chunk)
        #expect(arena.withBytes(of: refs[2]) { Array($0) } == [UInt8(ascii: "x")])
    }

    @Test("What is freed gives its room back, and what is left is what it was", arguments: Seeds.first(10))
    func freed(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var arena = MessageArena(), kept: [(ref: MessageRef, bytes: ByteBuffer)] = []
        for number in 0..<20_000 {
            let count = Int.random(in: 0..<600, using: &generator)
            let bytes = ByteBuffer(repeating: UInt8(truncatingIfNeeded: number), count: count)
            kept.append((arena.append(bytes), bytes))
            guard kept.count > 1_500 else { continue }
            // Now the oldest, now any: both leave holes.
            let index = number.isMultiple(of: 3) ? 0 : Int.random(in: 0..<kept.count, using: &generator)
            let gone = kept.remove(at: index)
            #expect(arena.free(gone.ref) == gone.bytes.readableBytes)
            guard arena.isSparse else { continue }
            let isSparse = arena.sparseChunks()
            for index in kept.indices where isSparse[Int(kept[index].ref.chunk)] {
                kept[index].ref = arena.move(kept[index].ref)
            }
            #expect(!arena.isSparse, "what was moved left its chunks empty")
        }
        for (ref, bytes) in kept { #expect(arena.withBytes(of: ref) { ByteBuffer(bytes: $0) } == bytes) }
        let live = kept.reduce(0) { $0 + $1.bytes.readableBytes + 4 }
        #expect(arena.storedBytes == live)
        #expect(arena.reservedBytes <= live * 3 + (2 << 20), "\(arena.reservedBytes) bytes for \(live)")
        for (ref, _) in kept { _ = arena.free(ref) }
        #expect(arena.storedBytes == 0 && arena.reservedBytes == 0)
    }
}
