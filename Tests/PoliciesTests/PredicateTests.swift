import Policies
import Primitives
import Testing

@Suite("Predicates")
struct PredicateTests {
    private static let attributes = #"""
        {"city":"moscow","rating":4.5,"trips":120,"tariffs":["econom","business"],"car":{"model":"Rio","year":2020},
         "isNew":false,"phone":null,"numbers":[1,2.5]}
        """#

    struct Claim: Sendable {
        let predicate: String
        let holds: Bool

        init(_ predicate: String, _ holds: Bool) {
            self.predicate = predicate
            self.holds = holds
        }
    }

    @Test(
        "Each kind of condition, also over what is missing or of another kind",
        arguments: [
            Claim(#"{"eq":["city","moscow"]}"#, true), Claim(#"{"eq":["city","kazan"]}"#, false),
            Claim(#"{"eq":["country","ru"]}"#, false), Claim(#"{"eq":["trips",120.0]}"#, true),
            Claim(#"{"eq":["city",1]}"#, false), Claim(#"{"eq":["isNew",false]}"#, true),
            Claim(#"{"eq":["isNew",0]}"#, false), Claim(#"{"eq":["phone",null]}"#, false),
            Claim(#"{"eq":["car.model","Rio"]}"#, true), Claim(#"{"eq":["car.model.name","Rio"]}"#, false),
            Claim(#"{"eq":["tariffs",["econom","business"]]}"#, true),
            Claim(#"{"eq":["car",{"model":"Rio","year":2020.0}]}"#, true),
            Claim(#"{"in":["city",["moscow","kazan"]]}"#, true), Claim(#"{"in":["city",["kazan"]]}"#, false),
            Claim(#"{"in":["city",[]]}"#, false), Claim(#"{"in":["country",["ru"]]}"#, false),
            Claim(#"{"gt":["rating",4.5]}"#, false), Claim(#"{"gte":["rating",4.5]}"#, true),
            Claim(#"{"lt":["trips",120.5]}"#, true), Claim(#"{"lte":["trips",119]}"#, false),
            Claim(#"{"gt":["city",1]}"#, false), Claim(#"{"lt":["country",1]}"#, false),
            Claim(#"{"gt":["city","kazan"]}"#, true), Claim(#"{"lt":["isNew",1]}"#, false),
            Claim(#"{"contains":["tariffs","econom"]}"#, true), Claim(#"{"contains":["tariffs","eco"]}"#, false),
            Claim(#"{"contains":["city","osc"]}"#, true), Claim(#"{"contains":["city",1]}"#, false),
            Claim(#"{"contains":["numbers",1.0]}"#, true), Claim(#"{"contains":["country","r"]}"#, false),
            Claim(#"{"startsWith":["city","mos"]}"#, true), Claim(#"{"startsWith":["city","osc"]}"#, false),
            Claim(#"{"startsWith":["trips","1"]}"#, false), Claim(#"{"startsWith":["country",""]}"#, false),
            Claim(#"{"exists":"car.year"}"#, true), Claim(#"{"exists":"phone"}"#, false),
            Claim(#"{"exists":"car.colour"}"#, false), Claim(#"{"not":{"exists":"country"}}"#, true),
            Claim(#"{"not":{"eq":["country","ru"]}}"#, true),
            Claim(#"{"allOf":[]}"#, true), Claim(#"{"anyOf":[]}"#, false),
            Claim(#"{"allOf":[{"exists":"city"},{"exists":"country"}]}"#, false),
            Claim(#"{"anyOf":[{"exists":"country"},{"exists":"city"}]}"#, true),
            Claim(#"{"rollout":{"salt":"s1","percent":100}}"#, true),
            Claim(#"{"rollout":{"salt":"s1","percent":0}}"#, false),
        ]
    )
    func holds(_ claim: Claim) throws {
        let predicate = try Predicate(ConfigurationNode(try json(claim.predicate)))
        guard case .object(let attributes) = try json(Self.attributes) else { return }
        #expect(predicate.holds(for: "driver:42", with: attributes) == claim.holds)
        #expect(try Predicate(ConfigurationNode(predicate.json)) == predicate)
    }

    struct Refusal: Sendable {
        let document: String
        let path: String

        init(_ document: String, _ path: String) {
            self.document = document
            self.path = path
        }
    }

    @Test(
        "A malformed condition is refused by the path of its fault",
        arguments: [
            Refusal("[]", ""), Refusal("{}", ""), Refusal(#"{"eq":["a",1],"exists":"b"}"#, ""),
            Refusal(#"{"like":["a","b"]}"#, "/like"), Refusal(#"{"eq":["a"]}"#, "/eq"),
            Refusal(#"{"eq":["a",1,2]}"#, "/eq"), Refusal(#"{"eq":[1,2]}"#, "/eq/0"),
            Refusal(#"{"eq":["a..b",2]}"#, "/eq/0"), Refusal(#"{"exists":""}"#, "/exists"),
            Refusal(#"{"in":["a",1]}"#, "/in/1"), Refusal(#"{"gt":["a",[]]}"#, "/gt/1"),
            Refusal(#"{"gt":["a",true]}"#, "/gt/1"), Refusal(#"{"startsWith":["a",1]}"#, "/startsWith/1"),
            Refusal(#"{"not":[{"exists":"a"}]}"#, "/not"), Refusal(#"{"allOf":{"exists":"a"}}"#, "/allOf"),
            Refusal(#"{"allOf":[{"exists":"a"},{"anyOf":[{"eq":1}]}]}"#, "/allOf/1/anyOf/0/eq"),
            Refusal(#"{"rollout":{"salt":"s"}}"#, "/rollout"),
            Refusal(#"{"rollout":{"salt":"","percent":1}}"#, "/rollout/salt"),
            Refusal(#"{"rollout":{"salt":"s","percent":101}}"#, "/rollout/percent"),
            Refusal(#"{"rollout":{"salt":"s","percent":1.005}}"#, "/rollout/percent"),
            Refusal(#"{"rollout":{"salt":"s","percent":1,"a/b~":1}}"#, "/rollout/a~1b~0"),
        ]
    )
    func refuses(_ refusal: Refusal) throws {
        let node = ConfigurationNode(try json(refusal.document))
        let fault = #expect(throws: ConfigurationFault.self) { try Predicate(node) }
        #expect(fault?.path == refusal.path)
    }

    @Test("Depth and the number of conditions are bounded")
    func bounds() throws {
        var deep = JSONValue.object(["exists": .string("a")])
        for _ in 1..<Predicate.depthMax { deep = .object(["not": deep]) }
        #expect(throws: Never.self) { try Predicate(ConfigurationNode(deep)) }
        let fault = #expect(throws: ConfigurationFault.self) {
            try Predicate(ConfigurationNode(.object(["not": deep])))
        }
        #expect(fault?.reason == .tooDeep(max: Predicate.depthMax))
        let leaf = JSONValue.object(["exists": .string("a")])
        let most = JSONValue.object(["anyOf": .array(Array(repeating: leaf, count: Predicate.nodesMax - 1))])
        #expect(throws: Never.self) { try Predicate(ConfigurationNode(most)) }
        let wide = ConfigurationNode(.object(["allOf": .array([most, leaf])]))
        #expect(#expect(throws: ConfigurationFault.self) { try Predicate(wide) }?.path == "/allOf/0/anyOf/254")
    }
}
