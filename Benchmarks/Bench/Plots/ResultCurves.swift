/// Curves out of results: one figure over one parameter.
package enum ResultCurves {
    /// Results with the name that tells them from those of other files; nil where there is one file only.
    package typealias File = (name: String?, results: [ReportDocument])

    /// A curve for each case, size and file, of those results that have both; several runs stand for their median.
    ///
    /// - Parameters:
    ///   - files: The results.
    ///   - x: A parameter's name.
    ///   - y: A figure's name, or a distribution's and a percentile: `lastDelivery 50`, in milliseconds.
    ///   - name: Of the case; of any when nil.
    /// - Returns: The curves in the order of their first results.
    package static func figures(_ files: [File], x: String, y: String, of name: String? = nil) -> [Chart.Curve] {
        var curves: [(name: String, points: [Double: [Double]])] = []
        for file in files {
            for result in file.results {
                guard name == nil || name == result.case, case .real(let at) = result.parameters[x],
                    let value = result.value(y)
                else { continue }
                let name = self.name(result, file.name)
                let index = curves.firstIndex { $0.name == name } ?? curves.count
                if index == curves.count { curves.append((name, [:])) }
                curves[index].points[at, default: []].append(value)
            }
        }
        return curves.map { curve in
            let points = curve.points.sorted { $0.key < $1.key }.map { at, values in
                let sorted = values.sorted()
                return Chart.Point(x: at, y: (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2)
            }
            return Chart.Curve(name: curve.name, points: points)
        }
    }

    /// A curve for each distribution with values, or for those with this name.
    package static func percentiles(_ files: [File], of name: String?) -> [PercentileCurve] {
        files.flatMap { file in
            file.results.flatMap { result in
                result.latencies.sorted { $0.key < $1.key }.compactMap { key, distribution -> PercentileCurve? in
                    guard distribution.count > 0, name == nil || name == key else { return nil }
                    let parts = [file.name, result.label, name == nil ? key : nil].compactMap(\.self)
                    return PercentileCurve(name: parts.joined(separator: ", "), points: distribution.points)
                }
            }
        }
    }

    private static func name(_ result: ReportDocument, _ file: String?) -> String {
        var parts = [file, result.case].compactMap(\.self)
        if case .real(let size) = result.parameters["size"] { parts.append("\(Picture.plain(size)) B") }
        return parts.joined(separator: ", ")
    }
}

extension ReportDocument {
    /// A figure, or a distribution's percentile in milliseconds; nil where there is none.
    fileprivate func value(_ name: String) -> Double? {
        if let figure = self.figures[name] { return figure.value }
        let words = name.split(separator: " ").map(String.init)
        guard words.count == 2, let found = self.latencies[words[0]], found.count > 0 else { return nil }
        return found.percentiles[words[1]].map { Double($0) / 1e6 }
    }
}

extension ReportDocument.Distribution {
    /// The curve as the document has it, or the percentiles of an older document.
    var points: [PercentileCurve.Point] {
        if let curve {
            return curve.compactMap { pair in
                guard pair.count == 2, (0...100).contains(pair[0]), pair[1] >= 0, pair[1] < 1e18 else { return nil }
                return PercentileCurve.Point(percentile: pair[0], nanoseconds: UInt64(pair[1]))
            }
        }
        return self.percentiles.compactMap { name, time in
            Double(name).map { PercentileCurve.Point(percentile: $0, nanoseconds: time) }
        }.filter { $0.percentile < 100 }.sorted { $0.percentile < $1.percentile }
    }
}
