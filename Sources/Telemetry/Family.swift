private import Synchronization

/// One name with a metric for each combination of label values.
///
/// Finding one takes a lock: who updates often keeps what it found. At most `childrenMax` combinations are kept; those
/// that come later share one, whose labels say `other`.
package final class Family<Metric: Sendable>: Sendable {
    package static var childrenMax: Int { 1000 }

    package let labelNames: [String]
    private let make: @Sendable () -> Metric
    private let children = Mutex<[[String]: Metric]>([:])

    package init(labelNames: [String], make: @escaping @Sendable () -> Metric) {
        self.labelNames = labelNames
        self.make = make
    }

    /// The metric of these label values, in the order of the names.
    package subscript(_ values: String...) -> Metric { self.metric(values) }

    /// The metric of these label values, in the order of the names.
    package func metric(_ values: [String]) -> Metric {
        precondition(values.count == self.labelNames.count, "one value for each label")
        return self.children.withLock { children in
            if let known = children[values] { return known }
            let key = children.count < Self.childrenMax ? values : values.map { _ in "other" }
            if let known = children[key] { return known }
            let metric = self.make()
            children[key] = metric
            return metric
        }
    }

    /// All of them, sorted by label values.
    var sorted: [(values: [String], metric: Metric)] {
        self.children.withLock { Array($0) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { (values: $0.key, metric: $0.value) }
    }
}
