/// Who may import whom.
struct Layering {
    let manifest: Manifest

    /// What the toolchain brings.
    private static let system: Set = [
        "Swift", "Synchronization", "Glibc", "Musl", "Darwin", "Dispatch", "Foundation", "FoundationEssentials",
        "Testing",
    ]
    /// The products: thin modules over the engine.
    ///
    /// What two of them need moves down.
    private static let products: Set = ["Accounts", "Messenger"]
    /// The one product that others may stand on.
    private static let base = "Accounts"

    /// Each import is of the system, or of something the file's target declares.
    func undeclaredImports(in files: [TextFile]) -> [Violation] {
        files.flatMap { file -> [Violation] in
            guard let target = self.target(of: file) else { return [] }
            return Import.all(in: file).compactMap { statement in
                let declared = target.targets + target.products
                guard !Self.system.contains(statement.module), !declared.contains(statement.module) else { return nil }
                return Violation(
                    file.path,
                    line: statement.line,
                    "\(target.name) imports \(statement.module), which it does not declare"
                )
            }
        }
    }

    /// Each target declares only targets above itself.
    func upwardDependencies() -> [Violation] {
        var above: Set<String> = []
        var violations: [Violation] = []
        for target in self.manifest.targets {
            for dependency in target.targets where !above.contains(dependency) {
                violations.append(
                    Violation("Package.swift", "\(target.name) depends on \(dependency), which is not listed above it")
                )
            }
            above.insert(target.name)
        }
        return violations
    }

    /// No product and no edge stands on an edge, and no product on another but the base.
    func sidewaysDependencies() -> [Violation] {
        self.manifest.targets.filter { $0.kind == .library }.flatMap { target -> [Violation] in
            let isProduct = Self.products.contains(target.name)
            guard isProduct || Self.isEdge(target.name) else { return [] }
            return target.targets.filter { dependency in
                Self.isEdge(dependency)
                    || (isProduct && Self.products.contains(dependency) && dependency != Self.base)
            }.map { Violation("Package.swift", "\(target.name) stands beside \($0) and may not depend on it") }
        }
    }

    /// Each folder of sources belongs to a target, so that nothing is passed over by the rules above.
    func unlistedFolders(_ folders: [String]) -> [Violation] {
        folders.filter { folder in !self.manifest.targets.contains { $0.path.hasPrefix(folder) } }
            .map { Violation($0, "no target of Package.swift is made of it") }
    }

    /// The target whose folder holds the file; of two, the deeper.
    private func target(of file: TextFile) -> Manifest.Target? {
        self.manifest.targets.filter { file.isUnder([$0.path]) }.max { $0.path.count < $1.path.count }
    }

    private static func isEdge(_ target: String) -> Bool { target.hasSuffix("Edge") }
}

/// One import statement.
struct Import: Equatable {
    let module: String
    let line: Int

    static func all(in file: TextFile) -> [Import] {
        let pattern =
            #/^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|typealias|var|let)\s+)?(?<module>\w+)/#
        return file.swift.codeLines.enumerated().compactMap { index, line in
            guard line.contains("import") else { return nil }
            return line.firstMatch(of: pattern).map { Import(module: String($0.output.module), line: index + 1) }
        }
    }
}
