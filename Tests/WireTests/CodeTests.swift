import Testing

@testable import Wire

@Suite("Codes")
struct CodeTests {
    @Test("Reasons fit into a close frame, and words are given for every code")
    func reasons() {
        for code in DisconnectCode.allCases { #expect((1...123).contains(code.reason.utf8.count)) }
        for code in ErrorCode.allCases { #expect(!code.message.isEmpty) }
        for code in UnsubscribeCode.allCases { #expect(!code.reason.isEmpty) }
    }

    @Test("Clients come back on 3000–3499 only")
    func reconnects() {
        for code in DisconnectCode.allCases { #expect(code.isReconnectable == (3000...3499).contains(code.rawValue)) }
    }

    @Test("The temporary errors are 100 and 111")
    func temporary() { #expect(ErrorCode.allCases.filter(\.isTemporary).map(\.rawValue) == [100, 111]) }

    @Test("A verb's name leads back to it")
    func verbs() throws {
        for verb in Verb.allCases {
            let name = "{\"id\":1,\"\(verb.name)\":{}}"
            #expect(try commands(name).count == 1)
        }
    }
}
