import Testing

@Suite("Swift source taken apart")
struct SwiftTextTests {
    struct Sample: Sendable {
        let why: String
        let text: String
        let code: String
    }

    @Test(
        "What a rule about code sees",
        arguments: [
            Sample(why: "a comment to the end of the line", text: "a // b", code: "a     "),
            Sample(why: "comments nest", text: "a /* b /* c */ d */ e", code: "a                   e"),
            Sample(why: "a string is no code", text: #"a("b") c"#, code: "a(   ) c"),
            Sample(why: "an escaped quotation mark ends nothing", text: #"a("\"b") c"#, code: "a(     ) c"),
            Sample(why: "no comment starts in a string", text: #"a("//") b"#, code: "a(    ) b"),
            Sample(why: "an interpolation is code", text: #"a("x\(b("y"))z") c"#, code: "a(    b(   ))  ) c"),
            Sample(why: "a raw string has its own end", text: ##"a(#"b"c"#) d"##, code: "a(       ) d"),
            Sample(why: "a string of many lines", text: "a \"\"\"\nb \"c\"\n\"\"\" d", code: "a    \n     \n    d"),
            Sample(why: "a string left open ends with its line", text: "a \"b\nc", code: "a   \nc"),
        ]
    )
    func showsCode(_ sample: Sample) {
        #expect(SwiftText(sample.text).code == sample.code, "\(sample.why)")
    }

    @Test("What a rule about comments sees")
    func showsComments() {
        #expect(SwiftText("let a = \"// b\" // c").comments == "               // c")
    }
}
