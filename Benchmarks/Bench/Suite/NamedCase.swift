/// A subcommand with its parameters, under the name that its figures are told by.
package struct NamedCase: Equatable, Sendable {
    package let name: String
    /// What is done, in a few words.
    package let what: String
    /// The subcommand and its options, without those that every case takes.
    package let arguments: [String]
    /// Where its headline stands: the name of a figure, or a distribution and a percentile, `lastDelivery 50`.
    package let headline: String
    /// Wants a server that has done nothing before: what an earlier run left free hides what this one takes.
    package var wantsFresh = false

    private init(_ name: String, _ what: String, _ arguments: String, _ headline: String, wantsFresh: Bool = false) {
        self.name = name
        self.what = what
        self.arguments = arguments.split(separator: " ").map(String.init)
        self.headline = headline
        self.wantsFresh = wantsFresh
    }

    /// Every case by name.
    package static let all: [NamedCase] = [
        NamedCase(
            "F1",
            "1 publisher to 1,000 subscribers, 128 B, 64 under way",
            "fanout --connections 1000 --size 128 --window 64",
            "deliveries"
        ),
        NamedCase(
            "F2",
            "1 publisher to 10,000, 128 B, 8 under way",
            "fanout --connections 10000 --size 128 --window 8",
            "deliveries"
        ),
        NamedCase(
            "F2w1",
            "one message at a time to 10,000: the last subscriber",
            "fanout --connections 10000 --size 128 --window 1",
            "lastDelivery 50"
        ),
        NamedCase(
            "F3",
            "100 groups of 100, 4 publishers, 64 under way each",
            "groups --groups 100 --members 100 --publishers 4 --size 128 --window 64",
            "deliveries"
        ),
        NamedCase(
            "F4",
            "as F1 with 2 KiB",
            "fanout --connections 1000 --size 2048 --window 64",
            "deliveries"
        ),
        NamedCase("P1", "500 pairs, ping-pong, 128 B", "direct --pairs 500 --size 128 --window 1", "roundTrips"),
        NamedCase(
            "D128",
            "durable publishes of 128 B, 16 connections, 256 under way",
            "durable --connections 16 --size 128 --window 256",
            "acknowledged"
        ),
        NamedCase(
            "D1K",
            "durable publishes of 1 KiB, 16 connections, 256 under way",
            "durable --connections 16 --size 1024 --window 256",
            "acknowledged"
        ),
        NamedCase(
            "E11",
            "10,000 readers, 1,000 stop while 12 GB are published, 16 KiB each",
            "slow --readers 10000 --stopped 1000 --volume 12 --size 16384",
            "beside 99"
        ),
        NamedCase(
            "storm",
            "10,000 connections of groups are cut and come back within a second",
            "storm --groups 100 --members 100 --within 1",
            "back"
        ),
        NamedCase(
            "day",
            "mixed traffic, half of 8,200 requests/s",
            "day --multiple 0.5",
            "delivery 99"
        ),
        NamedCase(
            "day-max",
            "mixed traffic, the highest multiple with p99 under 300 ms",
            "day --find --p99 300",
            "multiple"
        ),
        NamedCase(
            "C10",
            "10,000 idle subscribed connections",
            "connections --connections 10000",
            "serverMemoryPerConnection",
            wantsFresh: true
        ),
        NamedCase(
            "C19",
            "19,000 idle subscribed connections",
            "connections --connections 19000",
            "serverMemoryPerConnection",
            wantsFresh: true
        ),
        NamedCase(
            "CS",
            "connect, subscribe, reset, 64 at a time",
            "churn --at-once 64",
            "connectionRate",
            wantsFresh: true
        ),
    ]

    /// Cases that differ in one number, for a curve.
    package static let series: [(name: String, cases: [NamedCase])] = [
        (
            "scaling",
            [10, 100, 1000, 10_000].map { count in
                NamedCase(
                    "scaling-\(count)",
                    "1 publisher to \(count) subscribers, 128 B, \(Self.window(count)) under way",
                    "fanout --connections \(count) --size 128 --window \(Self.window(count))",
                    "deliveries"
                )
            }
        ),
        (
            "memory",
            [1000, 2000, 5000, 10_000, 19_000].map { count in
                NamedCase(
                    "memory-\(count)",
                    "\(count) idle subscribed connections",
                    "connections --connections \(count)",
                    "serverMemory"
                )
            }
        ),
    ]

    /// The cases that these names stand for, those of a series one by one; fails with the name that is none.
    package static func named(_ names: [String]) throws(BenchError) -> [NamedCase] {
        var cases: [NamedCase] = []
        for name in names.flatMap({ $0.split(separator: ",") }) {
            if let found = Self.all.first(where: { $0.name == name }) {
                cases.append(found)
            } else if let found = Self.series.first(where: { $0.name == name }) {
                cases += found.cases
            } else if let found = Self.series.flatMap(\.cases).first(where: { $0.name == name }) {
                cases.append(found)
            } else {
                throw .unknownCase(String(name), known: Self.all.map(\.name) + Self.series.map(\.name))
            }
        }
        return cases
    }

    /// As many under way as keep the same bytes in the sockets.
    private static func window(_ subscribers: Int) -> Int { subscribers > 1000 ? 8 : 64 }
}
