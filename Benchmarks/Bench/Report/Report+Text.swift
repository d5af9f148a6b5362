extension Report {
    /// The tables for people.
    package var lines: [String] {
        var lines = ["bench \(self.name)  \(self.url)"]
        if !self.parameters.isEmpty {
            lines.append("  " + self.parameters.map { "\($0.name) \($0.value.description)" }.joined(separator: " · "))
        }
        lines.append("")
        var table = Table(["figure", "value", "unit"])
        for figure in self.figures {
            table.add([figure.label, Numbers.decimal(figure.value, places: figure.places), figure.unit])
        }
        lines += table.lines
        let distributions = self.distributions.filter { $0.latencies.count > 0 }
        if !distributions.isEmpty {
            lines.append("")
            let heads = Latencies.percentiles.map { $0 == 100 ? "max" : "p\(Self.percent($0))" }
            var table = Table(["latency"] + heads)
            for distribution in distributions {
                table.add(
                    [distribution.label]
                        + Latencies.percentiles.map {
                            Numbers.time(nanoseconds: distribution.latencies.nanoseconds(percentile: $0))
                        }
                )
            }
            lines += table.lines
        }
        lines.append("")
        lines += self.verdict
        return lines
    }

    /// 99.9, and 50 without a decimal.
    static func percent(_ percentile: Double) -> String {
        percentile == percentile.rounded() ? String(Int(percentile)) : String(percentile)
    }

    private var verdict: [String] {
        var lines: [String] = []
        if self.isSound {
            let isSilent = self.timelineSubject.isEmpty
            lines.append(self.claim ?? (isSilent ? "No connection broke." : "Every delivery came, once and in order."))
        } else {
            lines.append(
                "TROUBLE: \(self.trouble.missing) missing, \(self.trouble.duplicated) duplicated, "
                    + "\(self.trouble.reordered) reordered, \(self.trouble.misrouted) misrouted, "
                    + "\(self.trouble.unfinished) unfinished, \(self.trouble.failed) failed, "
                    + "\(self.trouble.miscounted) miscounted, "
                    + "\(self.trouble.closed) connections closed. "
                    + "The figures do not count."
            )
        }
        for (code, count) in self.refusals.sorted(by: { $0.key < $1.key }) {
            lines.append("\(Numbers.grouped(count)) publishes were refused with code \(code).")
        }
        if self.refusals[111] != nil {
            lines.append(
                "Code 111: the server limits publishes (100/s for one session by default), so this is the limit's "
                    + "figure. Start it with SWITCHBOARD_PUBLISH_RATE=0 to measure the server."
            )
        }
        return lines + self.notes
    }
}
