/// The offsets of one stream at one subscriber, which must come strictly one after the other.
package struct SequenceChecker: Sendable {
    package private(set) var last: UInt64
    /// What was jumped over, so that a late one is told from one that comes twice.
    private var holes: [ClosedRange<UInt64>] = []
    /// More holes are not remembered: their offsets count as missing, and as duplicated when they come late.
    private static let holesMax = 64

    /// - Parameter base: The stream's offset when the subscription began.
    package init(base: UInt64) { self.last = base }

    /// Takes the next delivery's offset.
    @inline(__always)
    package mutating func take(_ offset: UInt64, _ trouble: inout Trouble) {
        if offset == self.last &+ 1 {
            self.last = offset
        } else {
            self.takeUnexpected(offset, &trouble)
        }
    }

    /// Counts what did not come up to `head`, the last offset that the stream has.
    package func finish(head: UInt64, _ trouble: inout Trouble) {
        if head > self.last { trouble.missing += head - self.last }
    }

    /// Counts what did not come up to `head`, and goes on from there.
    package mutating func reach(_ head: UInt64, _ trouble: inout Trouble) {
        self.finish(head: head, &trouble)
        self.last = max(self.last, head)
    }

    @inline(never)
    private mutating func takeUnexpected(_ offset: UInt64, _ trouble: inout Trouble) {
        if offset > self.last {
            trouble.missing += offset - self.last - 1
            if self.holes.count < Self.holesMax { self.holes.append(self.last + 1...offset - 1) }
            self.last = offset
        } else if let index = self.holes.firstIndex(where: { $0.contains(offset) }) {
            let hole = self.holes.remove(at: index)
            if hole.lowerBound < offset { self.holes.append(hole.lowerBound...offset - 1) }
            if offset < hole.upperBound { self.holes.append(offset + 1...hole.upperBound) }
            trouble.missing -= 1
            trouble.reordered += 1
        } else {
            trouble.duplicated += 1
        }
    }
}
