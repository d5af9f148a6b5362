/// The Prometheus text format, version 0.0.4, as it is written line by line.
struct PrometheusText {
    private(set) var text = ""

    /// The two lines before a name's samples.
    mutating func header(name: String, help: String, kind: MetricKind) {
        self.text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func sample(_ name: String, _ labels: [(String, String)], _ value: String) {
        self.text += name
        if !labels.isEmpty {
            self.text += "{"
            self.text += labels.map { "\($0.0)=\"\(Self.escaped($0.1, quotes: true))\"" }.joined(separator: ",")
            self.text += "}"
        }
        self.text += " \(value)\n"
    }

    mutating func histogram(_ name: String, _ labels: [(String, String)], _ histogram: Histogram) {
        // One reading serves all lines, so that `_count` equals `+Inf` while others go on counting.
        let counts = histogram.bucketCounts
        var total: UInt64 = 0
        for (index, count) in counts.enumerated() {
            total += count
            let bounds = histogram.buckets.bounds
            let bound = index < bounds.count ? Self.number(bounds[index]) : "+Inf"
            self.sample(name + "_bucket", labels + [("le", bound)], String(total))
        }
        self.sample(name + "_sum", labels, Self.number(histogram.sum))
        self.sample(name + "_count", labels, String(total))
    }

    /// A number as Go's `ParseFloat` reads it.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let integer = Int64(exactly: value) { return String(integer) }
        return value.description
    }

    /// A name made of the characters that Prometheus allows.
    static func sanitised(_ name: String) -> String {
        let mapped = name.unicodeScalars.map { scalar -> Character in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_", ":": Character(scalar)
            default: "_"
            }
        }
        let text = String(mapped)
        guard let first = text.first, !first.isNumber else { return "_" + text }
        return text
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == 0x22 }) else { return text }
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\"" where quotes: out += "\\\""
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
