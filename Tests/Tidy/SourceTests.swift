import Testing

@Suite("Source files")
struct SourceTests {
    @Test("The rules have files to look at")
    func filesAreThere() {
        #expect(Checkout.present.swiftFiles.contains { $0.path == "Tests/Tidy/SourceTests.swift" })
        #expect(Checkout.present.swiftFiles.contains { $0.isUnder(["Sources/Engine"]) })
    }

    @Test("No file is too long")
    func lengths() {
        expectNone(FileLengths.tooLong(Checkout.present.swiftFiles))
        expectNone(FileLengths.medianTooLong(Checkout.present.swiftFiles))
    }

    @Test("No file says what is banned", arguments: BannedWord.all.indices)
    func bannedWords(index: Int) {
        for file in Checkout.present.swiftFiles { expectNone(BannedWord.all[index].violations(in: file)) }
    }

    @Test("Every promise to the compiler has its reason")
    func promises() {
        for file in Checkout.present.swiftFiles { expectNone(BannedWord.unexplainedPromises(in: file)) }
    }

    @Test("Every visible type says what it is")
    func documentation() {
        for file in Checkout.present.swiftFiles { expectNone(Documentation.undocumentedTypes(in: file)) }
    }

    @Test("No file only keeps a place")
    func placeholders() {
        for file in Checkout.present.swiftFiles { expectNone(Placeholders.violations(in: file)) }
    }

    @Test("No file tells of the workplace")
    func traces() {
        let traces = Traces(checkout: Checkout.present.root)
        for file in Checkout.present.files { expectNone(traces.violations(in: file)) }
    }
}
