/// How many drivers read how many messages in a day.
///
/// Exact up to 63 messages; from there on a bucket is an eighth of its power of two wide. It has no more than 144.
package struct ReaderSpread: Equatable, Sendable {
    private static let exactEnd = 64

    /// Drivers by the bucket of what they read; as long as the highest one that was needed.
    private(set) var drivers: [UInt32] = []
    package private(set) var reads = 0
    /// The most that one driver read.
    package private(set) var most = 0

    package init() {}

    init(drivers: [UInt32], reads: Int, most: Int) {
        self.drivers = drivers
        self.reads = reads
        self.most = most
    }

    static var bucketCount: Int { Self.bucket(of: UInt16.max) + 1 }

    /// A driver who had read so many messages read one more.
    mutating func count(after earlier: UInt16) {
        self.reads += 1
        guard earlier < .max else { return }
        if earlier > 0 { self.drivers[Self.bucket(of: earlier)] -= 1 }
        let bucket = Self.bucket(of: earlier + 1)
        if bucket >= self.drivers.count {
            self.drivers += repeatElement(0, count: bucket + 1 - self.drivers.count)
        }
        self.drivers[bucket] += 1
        self.most = max(self.most, Int(earlier) + 1)
    }

    package mutating func add(_ other: ReaderSpread) {
        if other.drivers.count > self.drivers.count {
            self.drivers += repeatElement(0, count: other.drivers.count - self.drivers.count)
        }
        for (bucket, count) in other.drivers.enumerated() { self.drivers[bucket] += count }
        self.reads += other.reads
        self.most = max(self.most, other.most)
    }

    /// Drivers who read anything.
    package var readers: Int { self.drivers.reduce(0) { $0 + Int($1) } }

    /// What a reader read on average; 0 without one.
    package var mean: Double {
        let readers = self.readers
        return readers == 0 ? 0 : Double(self.reads) / Double(readers)
    }

    /// What so many of a hundred readers did not exceed: the upper end of a bucket, and never above the most.
    package func percentile(_ percent: Int) -> Int {
        let rank = (self.readers * percent + 99) / 100
        var seen = 0
        for (bucket, count) in self.drivers.enumerated() {
            seen += Int(count)
            if count > 0, seen >= rank { return min(Self.upperEnd(of: bucket), self.most) }
        }
        return 0
    }

    private static func bucket(of count: UInt16) -> Int {
        guard count >= self.exactEnd else { return Int(count) }
        let power = 15 - count.leadingZeroBitCount
        return self.exactEnd + (power - 6) * 8 + Int(count >> (power - 3)) & 7
    }

    private static func upperEnd(of bucket: Int) -> Int {
        guard bucket >= self.exactEnd else { return bucket }
        let power = (bucket - self.exactEnd) / 8 + 6, part = (bucket - self.exactEnd) % 8
        return (8 + part + 1) << (power - 3) - 1
    }
}
