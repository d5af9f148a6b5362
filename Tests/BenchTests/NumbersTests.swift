import Bench
import Testing

@Suite("Numbers for people")
struct NumbersTests {
    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (12_345_678, "12,345,678")] as [(UInt64, String)])
    func grouped(number: UInt64, text: String) { #expect(Numbers.grouped(number) == text) }

    @Test(
        arguments: [
            (0, 0, "0"), (1.005, 1, "1.0"), (999.96, 1, "1,000.0"), (0.05, 2, "0.05"), (-1.5, 1, "-1.5"),
            (.nan, 1, "-"),
        ]
            as [(Double, Int, String)]
    )
    func decimal(number: Double, places: Int, text: String) { #expect(Numbers.decimal(number, places: places) == text) }

    @Test(
        arguments: [
            (0, "0"), (2.5, "2.5"), (1500, "1,500"), (15_000, "15.0 K"), (1_234_567, "1.23 M"), (5e9, "5.00 G"),
        ]
            as [(Double, String)]
    )
    func short(number: Double, text: String) { #expect(Numbers.short(number) == text) }

    @Test(
        arguments: [
            (0, "0 ns"), (1500, "1.50 us"), (123_456, "123 us"), (12_345_678, "12.3 ms"), (2_000_000_000, "2.00 s"),
        ]
            as [(UInt64, String)]
    )
    func time(nanoseconds: UInt64, text: String) { #expect(Numbers.time(nanoseconds: nanoseconds) == text) }
}
