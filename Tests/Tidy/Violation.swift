import Testing

/// One place that breaks a rule.
struct Violation: Equatable, CustomStringConvertible {
    let path: String
    /// Counted from 1; 0 means the whole file.
    let line: Int
    let what: String

    init(_ path: String, line: Int = 0, _ what: String) {
        self.path = path
        self.line = line
        self.what = what
    }

    var description: String {
        self.line == 0 ? "\(self.path): \(self.what)" : "\(self.path):\(self.line): \(self.what)"
    }
}

/// Fails the running test once for each violation.
func expectNone(_ violations: [Violation], sourceLocation: SourceLocation = #_sourceLocation) {
    for violation in violations { Issue.record("\(violation)", sourceLocation: sourceLocation) }
}
