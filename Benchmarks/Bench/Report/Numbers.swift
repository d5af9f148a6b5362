/// Numbers as people read them.
package enum Numbers {
    /// With a comma between thousands: 1,234,567.
    package static func grouped(_ number: UInt64) -> String {
        var text = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    /// With so many decimals; large ones grouped.
    package static func decimal(_ number: Double, places: Int) -> String {
        guard number.isFinite else { return "-" }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = UInt64(min((number.magnitude * scale).rounded(), 1e18))
        let whole = Self.grouped(scaled / UInt64(scale))
        let sign = number < 0 && scaled > 0 ? "-" : ""
        guard places > 0 else { return sign + whole }
        let rest = String(scaled % UInt64(scale))
        return "\(sign)\(whole).\(String(repeating: "0", count: places - rest.count))\(rest)"
    }

    /// Three digits and K, M or G: 1.23 M.
    package static func short(_ number: Double) -> String {
        let (scaled, suffix) =
            number >= 1e9
            ? (number / 1e9, " G")
            : number >= 1e6
                ? (number / 1e6, " M")
                : number >= 1e4 ? (number / 1e3, " K") : (number, "")
        let places =
            suffix.isEmpty
            ? (scaled < 10 && scaled != scaled.rounded() ? 1 : 0) : scaled < 10 ? 2 : scaled < 100 ? 1 : 0
        return Self.decimal(scaled, places: places) + suffix
    }

    /// A time with its unit: 850 us, 12.3 ms, 1.20 s.
    package static func time(nanoseconds: UInt64) -> String {
        let number = Double(nanoseconds)
        switch nanoseconds {
        case ..<1000: return "\(nanoseconds) ns"
        case ..<1_000_000: return Self.digits(number / 1e3) + " us"
        case ..<1_000_000_000: return Self.digits(number / 1e6) + " ms"
        default: return Self.digits(number / 1e9) + " s"
        }
    }

    private static func digits(_ number: Double) -> String {
        Self.decimal(number, places: number < 10 ? 2 : number < 100 ? 1 : 0)
    }
}
