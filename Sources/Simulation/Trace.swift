import Primitives

/// What happened in a run: always as one number, and as lines of text when they are wanted.
///
/// Lines cost more than all the rest, so a run keeps none; the run that broke a promise is made again with them.
final class Trace {
    private static let lineCount = 40

    private(set) var digest: UInt64 = 0
    private let isKept: Bool
    private var kept: [String] = []
    var step = 0

    init(isKept: Bool) { self.isKept = isKept }

    /// The last lines, oldest first.
    var lines: [String] { self.kept.suffix(Self.lineCount) }

    /// Notes what happened: the numbers count for the digest, the text is for people.
    func note(_ first: UInt64, _ second: UInt64, _ text: @autoclosure () -> String) {
        self.digest = Self.mix(self.digest ^ first) ^ second
        self.digest = Self.mix(self.digest)
        guard self.isKept else { return }
        if self.kept.count >= Self.lineCount * 4 { self.kept.removeFirst(Self.lineCount * 3) }
        self.kept.append("\(self.step)  \(text())")
    }

    func note(_ what: UInt64, _ text: @autoclosure () -> String) { self.note(what, 0, text()) }

    private static func mix(_ value: UInt64) -> UInt64 {
        var generator = SeededGenerator(seed: value)
        return generator.next()
    }
}

/// The seed's numbers, shared by whoever draws some.
final class SharedGenerator: RandomNumberGenerator, @unchecked Sendable {
    // @unchecked: the simulation has one thread.
    private var generator: SeededGenerator

    init(seed: UInt64) { self.generator = SeededGenerator(seed: seed) }

    func next() -> UInt64 { self.generator.next() }

    func number(_ range: Range<Int>) -> Int {
        var generator = self
        return Int.random(in: range, using: &generator)
    }

    /// True once in so many times.
    func chance(_ one: Int) -> Bool { self.number(0..<one) == 0 }
}
