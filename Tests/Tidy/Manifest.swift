/// The targets of Package.swift, in their order.
///
/// The text is read instead of asking SwiftPM, whose lock `swift test` holds. The reader knows what this manifest uses:
/// calls, arrays, strings and names that were given with `let`, and the helpers `library` and `tests`.
struct Manifest {
    enum Kind: Equatable { case library, executable, tests }

    struct Target: Equatable {
        let name: String
        let kind: Kind
        let path: String
        /// The targets of this package that it declares.
        var targets: [String] = []
        /// The products of other packages that it declares.
        var products: [String] = []
    }

    private(set) var targets: [Target] = []
    /// What could not be read.
    private(set) var problems: [String] = []

    init(_ text: String) {
        var reader = ManifestReader(SwiftText(text).withoutComments)
        let products = reader.namedProducts()
        guard let list = reader.targetList() else {
            self.problems.append("Package.swift has no list of targets")
            return
        }
        for value in list { self.add(value, products) }
    }

    func target(_ name: String) -> Target? { self.targets.first { $0.name == name } }

    private mutating func add(_ value: ManifestValue, _ products: [String: String]) {
        guard case .call(let function, let arguments) = value,
            let name = arguments.value("name")?.text ?? arguments.first(where: { $0.label == nil })?.value.text
        else {
            self.problems.append("a target is written in a way that is not understood: \(value)")
            return
        }
        var target: Target
        let path = arguments.value("path")?.text
        switch function {
        case "target", "library": target = Target(name: name, kind: .library, path: path ?? "Sources/\(name)")
        case "executableTarget": target = Target(name: name, kind: .executable, path: path ?? "Sources/\(name)")
        case "testTarget": target = Target(name: name, kind: .tests, path: path ?? "Tests/\(name)")
        case "tests": target = Target(name: "\(name)Tests", kind: .tests, path: "Tests/\(name)Tests", targets: [name])
        default:
            self.problems.append("\(name) is made by \(function), which is not understood")
            return
        }
        let declared = arguments.value("dependencies") ?? arguments.first { $0.label == nil && $0.value.isArray }?.value
        for dependency in declared?.elements ?? [] { self.add(dependency, to: &target, products) }
        self.targets.append(target)
    }

    private mutating func add(_ dependency: ManifestValue, to target: inout Target, _ products: [String: String]) {
        switch dependency {
        case .text(let name): target.targets.append(name)
        case .name(let name):
            if let product = products[name] {
                target.products.append(product)
            } else {
                self.problems.append("\(target.name) depends on \(name), which is not understood")
            }
        case .call("target", let arguments):
            if let name = arguments.value("name")?.text { target.targets.append(name) }
        case .call("product", let arguments):
            if let name = arguments.value("name")?.text { target.products.append(name) }
        case .call, .array, .other:
            self.problems.append("a dependency of \(target.name) is not understood: \(dependency)")
        }
    }
}
