import Testing

@testable import Policies

@Suite("The stable hash")
struct StableHashTests {
    @Test("It never changes, so that old buckets and histories keep their meaning")
    func golden() {
        #expect(StableHash.of("") == 8_194_341_491_194_388_614)
        #expect(Rollout(salt: "s1", buckets: 0).bucket(of: "driver:42") == 7957)
        #expect(NameHash("push").rawValue == 3_335_838_174)
    }

    @Test("Where one part ends and the next begins matters")
    func parts() {
        #expect(ContentHash(of: ["ab", "c"]) != ContentHash(of: ["a", "bc"]))
        #expect(ContentHash(of: ["ab"]) != ContentHash(of: ["ab", ""]))
    }
}
