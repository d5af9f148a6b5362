/// How far a run is, on standard error: a bar that is drawn over on a terminal, a line for each phase elsewhere.
final class Progress {
    private let isDrawn: Bool
    private var what = ""
    private var total = 1.0
    private var unit = ""
    private static let bars = 30

    init(isDrawn: Bool = Output.isTerminal) { self.isDrawn = isDrawn }

    /// A phase begins; `show` tells how much of `total` is done.
    func begin(_ what: String, of total: Double, unit: String) {
        self.what = what
        self.total = max(total, 1e-9)
        self.unit = unit
        if self.isDrawn {
            self.show(0)
        } else {
            Output.error("\(what): \(Self.amount(total)) \(unit)\n")
        }
    }

    func show(_ done: Double, rate: Double? = nil) {
        guard self.isDrawn else { return }
        Output.error("\r\u{1B}[K" + Self.line(self.what, done: done, of: self.total, unit: self.unit, rate: rate))
    }

    func end() {
        if self.isDrawn { Output.error("\r\u{1B}[K") }
    }

    /// `measuring [#####.....] 2.5 of 5 s, 1.2 M/s`.
    static func line(_ what: String, done: Double, of total: Double, unit: String, rate: Double?) -> String {
        let filled = min(Self.bars, max(0, Int(done / total * Double(Self.bars))))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.bars - filled)
        let tail = rate.map { ", \(Numbers.short($0))/s" } ?? ""
        return "\(what) [\(bar)] \(Self.amount(done)) of \(Self.amount(total)) \(unit)\(tail)"
    }

    private static func amount(_ number: Double) -> String {
        Numbers.decimal(number, places: number == number.rounded() ? 0 : 1)
    }
}
