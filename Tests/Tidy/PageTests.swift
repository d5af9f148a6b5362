import Testing

@Suite("Pages")
struct PageTests {
    @Test("There is a first page")
    func readme() {
        #expect(Checkout.present.file("README.md") != nil)
    }

    @Test("Every page has one title")
    func titles() {
        for page in Checkout.present.pages { expectNone(Pages.titleViolations(in: page)) }
    }

    @Test("Every link leads somewhere")
    func links() {
        let checkout = Checkout.present
        for page in checkout.pages {
            expectNone(Pages.deadLinks(in: page, exists: checkout.exists) { checkout.file($0) })
        }
    }

    @Test("Every test that a page names as its proof is there")
    func proofs() throws {
        let checkout = Checkout.present
        for page in checkout.pages { expectNone(Proofs.missing(from: page) { checkout.file($0) }) }
        let page = try #require(checkout.file("Docs/durability.md"))
        #expect(Proofs.named(by: page).count > 20)
    }

    struct Sample: Sendable {
        let text: String
        let count: Int
    }

    @Test(
        "The rule about titles can fail",
        arguments: [
            Sample(text: "# A\n\n## B\n", count: 0),
            Sample(text: "A\n\n## B\n", count: 1),
            Sample(text: "# A\n\n# B\n", count: 1),
            Sample(text: "# A\n\n```\n# a comment\n```\n", count: 0),
        ]
    )
    func findsTitles(_ sample: Sample) {
        #expect(Pages.titleViolations(in: TextFile(path: "Docs/a.md", text: sample.text)).count == sample.count)
    }

    @Test(
        "The rule about links can fail",
        arguments: [
            Sample(text: "[a](b.md) [a](../README.md) [a](https://example.org/x)", count: 0),
            Sample(text: "[a](c.md)", count: 1),
            Sample(text: "[a](../b.md)", count: 1),
            Sample(text: "[a](b.md#one-thing) [a](#here-too)\n## Here, too", count: 0),
            Sample(text: "[a](b.md#nothing) [a](#nothing)", count: 2),
            Sample(text: "`[a](c.md)`\n```\n[a](c.md)\n```", count: 0),
        ]
    )
    func findsDeadLinks(_ sample: Sample) {
        let other = TextFile(path: "Docs/b.md", text: "# B\n## One thing\n")
        let page = TextFile(path: "Docs/a.md", text: sample.text)
        let dead = Pages.deadLinks(in: page, exists: { ["Docs/b.md", "README.md"].contains($0) }) {
            $0 == other.path ? other : nil
        }
        #expect(dead.count == sample.count)
    }

    @Test(
        "The rule about proofs can fail",
        arguments: [
            Sample(text: #"[a](../Tests/A.swift "It holds") and [b](../Tests/b.py "test_it")"#, count: 0),
            Sample(text: #"[a](../Tests/A.swift "It does not")"#, count: 1),
            Sample(text: #"[a](../Tests/None.swift "It holds") [b](../Tests/b.py "test_i")"#, count: 2),
            Sample(text: "[a](../Tests/A.swift)", count: 0),
        ]
    )
    func findsMissingProofs(_ sample: Sample) {
        let tests = [
            TextFile(path: "Tests/A.swift", text: "@Test(\"It holds\") func holds() {}"),
            TextFile(path: "Tests/b.py", text: "def test_it(server):\n    pass\n"),
        ]
        let page = TextFile(path: "Docs/a.md", text: sample.text)
        #expect(Proofs.missing(from: page) { path in tests.first { $0.path == path } }.count == sample.count)
    }
}
