import Testing

@Suite("Layering")
struct LayeringTests {
    private static let sample = """
        let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
        // let commented = Target.Dependency.product(name: "No", package: "no")
        func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target { .target(name: name) }
        let package = Package(
            name: "sample",
            products: [.executable(name: "sample", targets: ["sample"])],
            targets: [
                library("Base"),
                library("Engine", ["Base", nioCore]),
                library("HTTPEdge", ["Engine"]),
                .executableTarget(name: "sample", dependencies: ["HTTPEdge"], swiftSettings: settings + [.unsafe]),
                .executableTarget(name: "Echo", dependencies: [.target(name: "Base")], path: "Tests/Echo"),
                tests("Engine", ["Base"]),
            ]
        )
        """

    @Test("Package.swift can be read")
    func readsPackage() throws {
        let manifest = try Self.present()
        #expect(manifest.problems == [])
        #expect(manifest.targets.contains { $0.name == "Engine" && $0.products.contains("NIOCore") })
        let checkout = Checkout.present
        let folders = checkout.folders(in: "Sources").map { "Sources/\($0)" }
        expectNone(Layering(manifest: manifest).unlistedFolders(folders))
        let lost = manifest.targets.filter { !checkout.exists($0.path) }
        #expect(lost == [])
    }

    @Test("A target imports only what it declares")
    func importsAreDeclared() throws {
        expectNone(Layering(manifest: try Self.present()).undeclaredImports(in: Checkout.present.swiftFiles))
    }

    @Test("A target depends only on targets listed above it")
    func dependenciesPointUp() throws {
        expectNone(Layering(manifest: try Self.present()).upwardDependencies())
    }

    @Test("Products and edges do not stand on their neighbours")
    func neighboursAreApart() throws {
        expectNone(Layering(manifest: try Self.present()).sidewaysDependencies())
    }

    @Test("The reader knows each way of writing a target")
    func readsTargets() {
        let manifest = Manifest(Self.sample)
        #expect(manifest.problems == [])
        #expect(
            manifest.targets == [
                Manifest.Target(name: "Base", kind: .library, path: "Sources/Base"),
                Manifest.Target(
                    name: "Engine",
                    kind: .library,
                    path: "Sources/Engine",
                    targets: ["Base"],
                    products: ["NIOCore"]
                ),
                Manifest.Target(name: "HTTPEdge", kind: .library, path: "Sources/HTTPEdge", targets: ["Engine"]),
                Manifest.Target(name: "sample", kind: .executable, path: "Sources/sample", targets: ["HTTPEdge"]),
                Manifest.Target(name: "Echo", kind: .executable, path: "Tests/Echo", targets: ["Base"]),
                Manifest.Target(
                    name: "EngineTests",
                    kind: .tests,
                    path: "Tests/EngineTests",
                    targets: ["Engine", "Base"]
                ),
            ]
        )
    }

    @Test(
        "The reader says what it does not know",
        arguments: [
            "let package = Package(targets: [mystery(\"A\")])",
            "let package = Package(targets: [library(\"A\", [unknown])])",
            "let package = Package(targets: [1])",
            "let packages = 1",
        ]
    )
    func reportsProblems(text: String) {
        #expect(!Manifest(text).problems.isEmpty)
    }

    struct ImportSample: Sendable {
        let line: String
        let path: String
        let isAllowed: Bool
    }

    @Test(
        "The rule about imports can fail",
        arguments: [
            ImportSample(line: "package import NIOCore", path: "Sources/Engine/A.swift", isAllowed: true),
            ImportSample(line: "import Synchronization", path: "Sources/Base/A.swift", isAllowed: true),
            ImportSample(line: "// import NIOPosix", path: "Sources/Base/A.swift", isAllowed: true),
            ImportSample(line: "@testable import Engine", path: "Tests/EngineTests/A.swift", isAllowed: true),
            ImportSample(line: "import NIOPosix", path: "Sources/Engine/Deep/A.swift", isAllowed: false),
            ImportSample(line: "internal import Engine", path: "Sources/Base/A.swift", isAllowed: false),
            ImportSample(
                line: "@_exported import struct NIOCore.B",
                path: "Sources/HTTPEdge/A.swift",
                isAllowed: false
            ),
            ImportSample(line: "@testable import Engine", path: "Tests/Echo/A.swift", isAllowed: false),
        ]
    )
    func findsUndeclaredImports(_ sample: ImportSample) {
        let file = TextFile(path: sample.path, text: "import Base\n".replacing("Base", with: "Swift") + sample.line)
        let found = Layering(manifest: Manifest(Self.sample)).undeclaredImports(in: [file])
        #expect(found.isEmpty == sample.isAllowed)
        #expect(found.allSatisfy { $0.line == 2 })
    }

    @Test("The rule about order can fail")
    func findsUpwardDependencies() {
        let bad = Manifest("let p = Package(targets: [library(\"A\", [\"B\"]), library(\"B\")])")
        #expect(Layering(manifest: bad).upwardDependencies().count == 1)
        #expect(Layering(manifest: Manifest(Self.sample)).upwardDependencies() == [])
    }

    @Test(
        "The rule about neighbours can fail",
        arguments: [("Messenger", "HTTPEdge"), ("MQTTEdge", "HTTPEdge"), ("Accounts", "Messenger")]
    )
    func findsNeighbours(name: String, dependency: String) {
        let bad = Manifest("let p = Package(targets: [library(\"\(name)\", [\"\(dependency)\"])])")
        #expect(Layering(manifest: bad).sidewaysDependencies().count == 1)
        let good = Manifest("let p = Package(targets: [library(\"Messenger\", [\"Accounts\", \"Engine\"])])")
        #expect(Layering(manifest: good).sidewaysDependencies() == [])
    }

    @Test("A folder without a target is found")
    func findsUnlistedFolders() {
        let layering = Layering(manifest: Manifest(Self.sample))
        #expect(layering.unlistedFolders(["Sources/Engine", "Sources/Lost"]).map(\.path) == ["Sources/Lost"])
    }

    private static func present() throws -> Manifest {
        Manifest(try #require(Checkout.present.file("Package.swift")).text)
    }
}
