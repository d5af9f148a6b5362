import HTTPEdge
import Testing

@Suite("Origins")
struct OriginPolicyTests {
    struct Visit: Sendable, CustomTestStringConvertible {
        var why: String
        var origin: String?
        var host: String?
        var verdict: OriginPolicy.Verdict

        var testDescription: String { self.why }
    }

    static let visits = [
        Visit(why: "no page", origin: nil, host: "a:8080", verdict: .own),
        Visit(why: "a page of this server", origin: "http://a:8080", host: "a:8080", verdict: .own),
        Visit(why: "in other letters", origin: "http://A:8080", host: "a:8080", verdict: .own),
        Visit(why: "behind a proxy that ends TLS", origin: "https://a", host: "a", verdict: .own),
        Visit(why: "with the scheme's own port", origin: "https://a", host: "a:443", verdict: .own),
        Visit(why: "of another port", origin: "http://a:8081", host: "a:8080", verdict: .foreign),
        Visit(why: "of another host", origin: "http://b:8080", host: "a:8080", verdict: .foreign),
        Visit(why: "of a host that ends alike", origin: "http://ba:8080", host: "a:8080", verdict: .foreign),
        Visit(why: "of a sandbox", origin: "null", host: "null", verdict: .foreign),
        Visit(why: "of no scheme of the web", origin: "file://a:8080", host: "a:8080", verdict: .foreign),
        Visit(why: "empty", origin: "", host: "", verdict: .foreign),
        Visit(why: "no host to compare with", origin: "http://a", host: nil, verdict: .foreign),
        Visit(
            why: "a page that is configured",
            origin: "https://chat.example",
            host: "a:8080",
            verdict: .allowed(origin: "https://chat.example")
        ),
        Visit(why: "configured with another scheme", origin: "http://chat.example", host: "a:8080", verdict: .foreign),
    ]

    @Test("Pages of this server and of the configuration may call", arguments: Self.visits)
    func judges(_ visit: Visit) {
        let policy = OriginPolicy(allowed: ["https://Chat.example"])
        #expect(policy.judge(origin: visit.origin, host: visit.host) == visit.verdict)
    }

    @Test("A star allows every page")
    func star() {
        let policy = OriginPolicy(allowed: ["*"])
        #expect(policy.judge(origin: "https://b", host: "a") == .allowed(origin: "https://b"))
    }
}
