import Primitives
import Testing

@testable import Providers

@Suite("Addresses, times and texts")
struct TextTests {
    struct Address: Sendable {
        var text: String
        var origin: String?
        var url = ""
        var isLoopback = false
    }

    static let addresses = [
        Address(text: "https://H.Example/a/b", origin: "https://h.example", url: "https://h.example/a/b/c%20d?q=1%262"),
        Address(text: "https://h:443/", origin: "https://h", url: "https://h/c%20d?q=1%262"),
        Address(text: "http://h:8080", origin: "http://h:8080", url: "http://h:8080/c%20d?q=1%262"),
        Address(text: "HTTP://h/x?k=v", origin: "http://h", url: "http://h/x/c%20d?k=v&q=1%262"),
        Address(
            text: "http://127.0.0.9",
            origin: "http://127.0.0.9",
            url: "http://127.0.0.9/c%20d?q=1%262",
            isLoopback: true
        ),
        Address(
            text: "http://localhost:1",
            origin: "http://localhost:1",
            url: "http://localhost:1/c%20d?q=1%262",
            isLoopback: true
        ),
        Address(
            text: "http://[::1]:1",
            origin: "http://[::1]:1",
            url: "http://[::1]:1/c%20d?q=1%262",
            isLoopback: true
        ),
        Address(
            text: "http://127.evil.example",
            origin: "http://127.evil.example",
            url: "http://127.evil.example/c%20d?q=1%262"
        ),
        Address(text: "https://user@h"), Address(text: "https://h#f"), Address(text: "https://"),
        Address(text: "https://h:0"), Address(text: "https://h:65536"), Address(text: "https://h:"),
        Address(text: "https://h h"), Address(text: "//h"), Address(text: "https://h\\@g"),
        Address(text: "https://[::1"),
        Address(text: "file:///x"),
    ]

    @Test("An address is http or https, a host and a path, and nothing more", arguments: Self.addresses)
    func endpoints(_ address: Address) {
        let endpoint = Endpoint(address.text)
        #expect(endpoint?.origin == address.origin)
        guard let endpoint else { return }
        #expect(endpoint.url("c d", query: [("q", "1&2")]) == address.url)
        #expect(endpoint.isLoopback == address.isLoopback)
    }

    @Test("An address is asked as it was given, and shown without its query")
    func asGiven() {
        #expect(Endpoint("https://h/a/?k=v")?.url() == "https://h/a/?k=v")
        #expect(Endpoint("https://h/a/?k=v")?.shown == "https://h/a/")
    }

    struct After: Sendable {
        var text: String
        var seconds: Int64?
    }

    static let afters = [
        After(text: "30", seconds: 30), After(text: "0"), After(text: "-1"), After(text: "1.5"), After(text: ""),
        After(text: "99999999999999999999"), After(text: "soon"),
        // 1,700,000,000 s is Tue, 14 Nov 2023 22:13:20 GMT.
        After(text: "Tue, 14 Nov 2023 22:14:20 GMT", seconds: 60),
        After(text: "Thu, 29 Feb 2024 00:00:00 GMT", seconds: 1_709_164_800 - 1_700_000_000),
        After(text: "Tue, 14 Nov 2023 22:13:20 GMT"), After(text: "Sun, 06 Nov 1994 08:49:37 GMT"),
        After(text: "Tue, 14 Nov 2023 25:14:20 GMT"), After(text: "Tue, 14 Nov 2023 22:14:20 CET"),
        After(text: "Tue, 14 Nox 2023 22:14:20 GMT"),
    ]

    @Test("Retry-After is seconds or a date, and only of the future", arguments: Self.afters)
    func retryAfter(_ after: After) {
        #expect(RetryAfter.instant(after.text, at: start) == after.seconds.map { start + .seconds($0) })
    }

    @Test("base64url is read with and without padding, and nothing else is")
    func base64URL() {
        for count in 0..<20 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 89 &+ 250) }
            let text = Base64URL.encode(bytes)
            #expect(!text.contains { "+/=".contains($0) })
            #expect(Base64URL.decode(text) == bytes)
            #expect(Base64URL.decode(text + String(repeating: "=", count: (4 - text.count % 4) % 4)) == bytes)
        }
        #expect(Base64URL.encode([251, 255]) == "-_8")
        for bad in ["+_8", "a", "a b=", "ä"] { #expect(Base64URL.decode(bad) == nil) }
    }

    @Test("A back-off doubles up to its bound, and spreads by its jitter")
    func backoff() {
        let plain = Backoff(first: .milliseconds(100), max: .milliseconds(1000), jitter: 0)
        #expect(
            [1, 2, 3, 4, 5, 99].map { plain.delay(after: $0, seed: 1).milliseconds } == [
                100, 200, 400, 800, 1000, 1000,
            ]
        )
        #expect(plain.delay(after: .max, seed: 1) == .seconds(1))
        let spread = Backoff(first: .milliseconds(1000), max: .seconds(10), jitter: 0.2)
        let delays = (0..<500).map { spread.delay(after: 1, seed: UInt64($0)).milliseconds }
        #expect(delays.allSatisfy { (800...1200).contains($0) })
        #expect(Set(delays).count > 200)
        #expect(delays.min().map { $0 < 850 } == true && delays.max().map { $0 > 1150 } == true)
        #expect(spread.delay(after: 3, seed: 7) == spread.delay(after: 3, seed: 7))
    }
}
