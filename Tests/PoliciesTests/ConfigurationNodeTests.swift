import Policies
import Primitives
import Testing

@Suite("Documents of configuration")
struct ConfigurationNodeTests {
    @Test("Each value is read as its kind, and refused as another")
    func kinds() throws {
        let node = ConfigurationNode(try json(#"{"b":true,"i":3,"n":2.5,"s":"x","l":[1,2],"z":null,"o":{}}"#))
        let object = try node.object()
        #expect(try object.required("b").boolean())
        #expect(try object.required("i").integer(in: 0...3) == 3)
        #expect(try object.required("i").number(in: 0...3) == 3)
        #expect(try object.required("n").number(in: 0...3) == 2.5)
        #expect(try object.required("s").string() == "x")
        #expect(try object.required("l").list(countMax: 2).map(\.path) == ["/l/0", "/l/1"])
        #expect(object.optional("none") == nil)
        #expect(object.count == 7)
        let kinds: [(String, JSONKind)] = [
            ("b", .boolean), ("i", .integer), ("n", .number), ("s", .string), ("l", .array), ("z", .null),
            ("o", .object),
        ]
        for (name, kind) in kinds {
            let member = try object.required(name)
            #expect(member.kind == kind)
            guard kind != .boolean else { continue }
            let fault = #expect(throws: ConfigurationFault.self) { try member.boolean() }
            #expect(fault == ConfigurationFault(path: "/\(name)", reason: .expected(.boolean, found: kind)))
        }
    }

    @Test("Members come in the order of their names, and names are escaped in paths")
    func members() throws {
        let node = ConfigurationNode(try json(#"{"b":1,"a/b":2,"a~b":3}"#))
        #expect(try node.object().members.map(\.name) == ["a/b", "a~b", "b"])
        #expect(try node.object().members.map(\.node.path) == ["/a~1b", "/a~0b", "/b"])
        let fault = #expect(throws: ConfigurationFault.self) { try node.object(allowing: "b") }
        #expect(fault == ConfigurationFault(path: "/a~1b", reason: .unknownMember))
    }

    @Test("Bounds are said with the refusal")
    func bounds() throws {
        let list = ConfigurationNode(.array([.null, .null]))
        let long = #expect(throws: ConfigurationFault.self) { try list.list(countMax: 1) }
        #expect(long?.reason == .tooManyElements(max: 1))
        let word = ConfigurationNode(.string("xyz"))
        let bytes = #expect(throws: ConfigurationFault.self) { try word.string(bytes: 1...2) }
        #expect(bytes?.reason == .badLength(bytesMin: 1, bytesMax: 2))
        let chosen = #expect(throws: ConfigurationFault.self) { try word.word(of: MessageClass.self) { $0.name } }
        #expect(chosen?.reason == .notOneOf(MessageClass.allCases.map(\.name)))
        let far = #expect(throws: ConfigurationFault.self) { try ConfigurationNode(.integer(4)).number(in: 0...3) }
        #expect(far?.reason == .outOfRange(lowest: 0, highest: 3))
        #expect(ConfigurationNode(.null).fault("is empty").description == "document: is empty")
    }
}
