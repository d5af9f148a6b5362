import Primitives
import Testing

@testable import Engine

@Suite("Extent slab")
struct ExtentSlabTests {
    @Test("Many runs in one array are what arrays of their own would be", arguments: Seeds.first(50))
    func model(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var slab = ExtentSlab<UInt32>(filler: .max)
        var extents = [Extent](repeating: Extent(), count: 8), model = [[UInt32]](repeating: [], count: 8)
        for number in 0..<1_500 as Range<UInt32> {
            let run = Int.random(in: 0..<8, using: &generator)
            switch Int.random(in: 0..<9, using: &generator) {
            case 8:
                let count = Int.random(in: 0...model[run].count, using: &generator)
                slab.removeFirst(count, of: &extents[run])
                model[run].removeFirst(count)
            case 0..<3:
                slab.append(number, to: &extents[run])
                model[run].append(number)
            case 3..<5:
                let index = Int.random(in: 0...model[run].count, using: &generator)
                slab.insert(number, at: index, in: &extents[run])
                model[run].insert(number, at: index)
            case 5..<7:
                guard !model[run].isEmpty else { continue }
                let index = Int.random(in: 0..<model[run].count, using: &generator)
                if Bool.random(using: &generator) {
                    slab.remove(at: index, in: &extents[run])
                    model[run].remove(at: index)
                } else {
                    slab[extents[run], index] = number
                    model[run][index] = number
                }
            default:
                let count = Int.random(in: 0..<40, using: &generator)
                slab.reserve(count, in: &extents[run])
                #expect(extents[run].capacity >= count)
            }
        }
        for run in 0..<8 {
            let extent = extents[run]
            #expect((0..<Int(extent.count)).map { slab[extent, $0] } == model[run])
            #expect(extent.capacity >= Int(extent.count))
        }
        let rooms = extents.filter { $0.capacity > 0 }.sorted { $0.offset < $1.offset }
        for (room, next) in zip(rooms, rooms.dropFirst()) {
            #expect(Int(room.offset) + room.capacity <= Int(next.offset), "rooms do not overlap")
        }
    }

    @Test("A run that lost its first elements gives the room back")
    func shrinks() {
        var slab = ExtentSlab<UInt32>(filler: 0)
        var run = Extent(), other = Extent()
        for number in 0..<1_000 as Range<UInt32> { slab.append(number, to: &run) }
        let before = run
        slab.removeFirst(990, of: &run)
        #expect(run.capacity == 16 && (0..<10).map { slab[run, $0] } == Array(990..<1_000))
        slab.reserve(1_024, in: &other)
        #expect(other.offset == before.offset, "the room is used again")
        slab.removeFirst(10, of: &run)
        #expect(run.capacity == 0 && run.count == 0)
        slab.append(7, to: &run)
        #expect(slab[run, 0] == 7)
    }

    @Test("Room that a run outgrew is used again")
    func reuse() {
        var slab = ExtentSlab<UInt32>(filler: 0)
        var first = Extent(), second = Extent()
        for number in 0..<9 as Range<UInt32> { slab.append(number, to: &first) }
        for number in 0..<8 as Range<UInt32> { slab.append(number, to: &second) }
        #expect(second.offset < first.offset, "8 elements fit where the first run's 8 were")
        #expect((0..<9).map { slab[first, $0] } == Array(0..<9))
        #expect((0..<8).map { slab[second, $0] } == Array(0..<8))
    }

    @Test("Rooms are powers of two", arguments: zip(0...5 as ClosedRange<UInt8>, [0, 1, 2, 4, 8, 16]))
    func capacity(capacityClass: UInt8, capacity: Int) {
        #expect(Extent(offset: 0, count: 0, capacityClass: capacityClass).capacity == capacity)
    }
}
