import Bench
import Testing

@Suite("Sequences of offsets")
struct SequenceCheckerTests {
    /// Deliveries after offset 10, and what is wrong with them.
    struct Course: Sendable {
        let why: String
        let offsets: [UInt64]
        let head: UInt64
        var missing: UInt64 = 0
        var duplicated: UInt64 = 0
        var reordered: UInt64 = 0
    }

    @Test(
        "Every departure from one after the other is counted as what it is",
        arguments: [
            Course(why: "all there", offsets: [11, 12, 13], head: 13),
            Course(why: "nothing sent", offsets: [], head: 10),
            Course(why: "one jumped over", offsets: [11, 13], head: 13, missing: 1),
            Course(why: "the first ones missing", offsets: [14], head: 14, missing: 3),
            Course(why: "the last ones missing", offsets: [11], head: 13, missing: 2),
            Course(why: "one twice", offsets: [11, 11, 12], head: 12, duplicated: 1),
            Course(why: "an old one again", offsets: [11, 12, 3], head: 12, duplicated: 1),
            Course(why: "two swapped", offsets: [12, 11, 13], head: 13, reordered: 1),
            Course(why: "the middle of a hole late", offsets: [15, 13, 16], head: 16, missing: 3, reordered: 1),
            Course(why: "a late one twice", offsets: [12, 11, 11], head: 12, duplicated: 1, reordered: 1),
        ]
    )
    func counts(_ course: Course) {
        var trouble = Trouble()
        var checker = SequenceChecker(base: 10)
        for offset in course.offsets { checker.take(offset, &trouble) }
        checker.finish(head: course.head, &trouble)
        var wanted = Trouble()
        wanted.missing = course.missing
        wanted.duplicated = course.duplicated
        wanted.reordered = course.reordered
        #expect(trouble == wanted, "\(course.why)")
        #expect(trouble.isNone == (wanted == Trouble()))
    }

    @Test("What a recovery did not bring is missing once, and the sequence goes on after it")
    func reach() {
        var trouble = Trouble()
        var checker = SequenceChecker(base: 10)
        checker.take(11, &trouble)
        checker.reach(11, &trouble)
        #expect(trouble.isNone)
        checker.reach(14, &trouble)
        checker.take(15, &trouble)
        checker.finish(head: 15, &trouble)
        #expect(trouble.missing == 3 && checker.last == 15)
    }
}
