import Counts
import Testing

@Suite("Thresholds")
struct ThresholdsTests {
    private static let head = "case\tallocations\tbytes\tinstructions\n"

    static func counts(
        _ name: String,
        allocations: UInt64 = 2_000,
        bytes: UInt64 = 100_000,
        instructions: UInt64 = 1_000_000
    ) -> CaseCounts {
        CaseCounts(
            name: name,
            allocations: Amount(thousandths: allocations),
            bytes: Amount(thousandths: bytes),
            instructions: Amount(thousandths: instructions)
        )
    }

    @Test("What is written is read back")
    func roundTrip() throws {
        let thresholds = Thresholds([
            Self.counts("publish"), Self.counts("deliver", allocations: 27, bytes: 3_030, instructions: 1_545_708),
        ])
        #expect(try Thresholds(text: thresholds.text) == thresholds)
        #expect(thresholds.text.contains("\ndeliver\t0.027\t3.030\t1545.708\n"))
    }

    @Test("Comments and empty lines are passed over, and decimals may be left out")
    func readsByHand() throws {
        let text = "# a note\n\n" + Self.head + "publish\t2\t100.0\t1000.00\n# another\n\n"
        #expect(try Thresholds(text: text).cases == [Self.counts("publish")])
    }

    struct Refusal: Sendable {
        let why: String
        let text: String
        let error: ThresholdsError
    }

    @Test(
        "A file that is none is refused, with the line",
        arguments: [
            Refusal(why: "it is empty", text: "", error: .badHead),
            Refusal(why: "it has only comments", text: "# a\n", error: .badHead),
            Refusal(why: "a column is missing", text: "case\tallocations\tbytes\n", error: .badHead),
            Refusal(why: "an amount is missing", text: Self.head + "a\t1\t2\n", error: .badLine(2)),
            Refusal(why: "an amount is too much", text: Self.head + "a\t1\t2\t3\t4\n", error: .badLine(2)),
            Refusal(why: "an amount is negative", text: Self.head + "a\t1\t2\t-3\n", error: .badLine(2)),
            Refusal(why: "an amount is a word", text: Self.head + "a\t1\tmany\t3\n", error: .badLine(2)),
            Refusal(why: "an amount has four decimals", text: Self.head + "a\t1\t2\t3.0001\n", error: .badLine(2)),
            Refusal(why: "an amount ends with its point", text: Self.head + "a\t1\t2\t3.\n", error: .badLine(2)),
            Refusal(why: "a name is missing", text: "#\n" + Self.head + "\t1\t2\t3\n", error: .badLine(3)),
            Refusal(
                why: "a case stands twice",
                text: Self.head + "a\t1\t2\t3\na\t1\t2\t3\n",
                error: .repeatedCase("a")
            ),
        ]
    )
    func refuses(_ refusal: Refusal) {
        #expect(throws: refusal.error, "\(refusal.why)") { try Thresholds(text: refusal.text) }
    }

    @Test(
        "The amount for one operation is rounded up, so that a rare allocation is none too few",
        arguments: [
            (total: 0, operations: 16_000, text: "0.000"), (1, 16_000, "0.001"), (422, 16_000, "0.027"),
            (8_207, 512, "16.030"), (1_024, 512, "2.000"),
        ]
    )
    func amounts(total: UInt64, operations: UInt64, text: String) {
        let amount = Amount(total: total, operations: operations)
        #expect(amount.description == text)
        #expect(Amount(text) == amount)
    }
}
