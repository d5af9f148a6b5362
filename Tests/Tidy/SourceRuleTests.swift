import Testing

@Suite("The rules about source can fail")
struct SourceRuleTests {
    struct Sample: Sendable {
        var path = "Sources/Engine/Core/A.swift"
        let text: String
        let count: Int
    }

    @Test(
        "Banned words",
        arguments: [
            Sample(text: "let a = try! b()", count: 1),
            Sample(text: "let a = try? b() // try! is banned", count: 0),
            Sample(text: "let a = b as! C", count: 1),
            Sample(text: "let a = \"as!\"", count: 0),
            Sample(text: "Task { await a() }", count: 1),
            Sample(text: "Task.detached(priority: .low) { await a() }", count: 1),
            Sample(text: "struct DurableTask {}", count: 0),
            Sample(path: "Sources/HTTPEdge/A.swift", text: "Task { await a() }", count: 0),
            Sample(text: "print(a)", count: 1),
            Sample(text: "a.print(b)", count: 0),
            Sample(path: "Sources/switchboard/Main.swift", text: "print(a)", count: 0),
            Sample(text: "// TO" + "DO: later", count: 1),
            Sample(text: "let mastodons = 1", count: 0),
            Sample(path: "Tests/ATests/A.swift", text: "try await Task.sleep(for: .seconds(1))", count: 1),
            Sample(path: "Tests/ATests/A.swift", text: "usleep(1)", count: 1),
            Sample(path: "Sources/Disks/A.swift", text: "clock.sleep(until: a)", count: 0),
            Sample(text: "internal import FoundationEssentials", count: 1),
            Sample(path: "Sources/Accounts/A.swift", text: "import Foundation", count: 0),
        ]
    )
    func bannedWords(_ sample: Sample) {
        let file = TextFile(path: sample.path, text: sample.text)
        #expect(BannedWord.all.flatMap { $0.violations(in: file) }.count == sample.count)
    }

    @Test(
        "Promises without a reason",
        arguments: [
            Sample(text: "final class A: @unchecked Sendable {", count: 1),
            Sample(text: "final class A: @unchecked Sendable {\n    /// Says something else.", count: 1),
            Sample(text: "final class A: @unchecked Sendable {\n    // Confined to its loop.", count: 0),
            Sample(text: "final class A: @unchecked Sendable /* never changes */ {", count: 0),
        ]
    )
    func promises(_ sample: Sample) {
        #expect(BannedWord.unexplainedPromises(in: TextFile(path: "A.swift", text: sample.text)).count == sample.count)
    }

    @Test(
        "Types without documentation",
        arguments: [
            Sample(text: "package struct A {}", count: 1),
            Sample(text: "/// It is an A.\n@safe package final class A {}", count: 0),
            Sample(text: "/// It is an A.\n@safe\npackage actor A {}", count: 0),
            Sample(text: "/// It is an A.\n\npackage enum A {}", count: 1),
            Sample(text: "// A remark.\npublic protocol A {}", count: 1),
            Sample(text: "package class func a() {}", count: 0),
            Sample(text: "struct A {}", count: 0),
        ]
    )
    func documentation(_ sample: Sample) {
        let file = TextFile(path: "A.swift", text: sample.text)
        #expect(Documentation.undocumentedTypes(in: file).count == sample.count)
    }

    @Test("Long files")
    func lengths() {
        let lines = { TextFile(path: "A.swift", text: String(repeating: "a\n", count: $0)) }
        #expect(FileLengths.tooLong([lines(350)]) == [])
        #expect(FileLengths.tooLong([lines(351)]).count == 1)
        #expect(FileLengths.medianTooLong([lines(1), lines(129), lines(300)]) == [])
        #expect(FileLengths.medianTooLong([lines(1), lines(130), lines(300)]).count == 1)
    }

    @Test(
        "Placeholders",
        arguments: [
            Sample(path: "Sources/A/P.swift", text: "let a = 1", count: 1),
            Sample(path: "Sources/A/A.swift", text: "// A remark.\n\n", count: 1),
            Sample(path: "Sources/A/A.swift", text: "", count: 1),
            Sample(path: "Sources/A/A.swift", text: "let a = 1", count: 0),
        ]
    )
    func placeholders(_ sample: Sample) {
        let file = TextFile(path: sample.path, text: sample.text)
        #expect(Placeholders.violations(in: file).count == sample.count)
    }

    @Test(
        "Traces of the workplace",
        arguments: [
            Sample(text: "see /desk/notes", count: 1),
            Sample(text: "see https://example.org/desk/notes", count: 0),
            Sample(text: "a Sub" + "agent wrote this", count: 1),
            Sample(text: "`/ho" + "me/me/a`", count: 1),
            Sample(text: "`/usr/lib`", count: 0),
            Sample(text: "GET /us" + "ers/{id}", count: 0),
        ]
    )
    func traces(_ sample: Sample) {
        let file = TextFile(path: "README.md", text: sample.text)
        #expect(Traces(checkout: "/desk/switchboard").violations(in: file).count == sample.count)
        #expect(Traces(checkout: "/tmp/a").violations(in: TextFile(path: "A", text: "/tmp/b /tmp/a/b")).count == 1)
    }
}
