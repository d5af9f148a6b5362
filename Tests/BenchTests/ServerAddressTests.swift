import Bench
import Testing

@Suite("Addresses of servers")
struct ServerAddressTests {
    @Test(
        "An address is read with and without a port",
        arguments: [
            ("http://127.0.0.1:8080", "127.0.0.1", 8080, "127.0.0.1:8080"),
            ("http://localhost/", "localhost", 80, "localhost:80"),
            ("ws://[::1]:9000", "::1", 9000, "[::1]:9000"),
            ("https://localhost", "localhost", 443, "localhost:443"),
        ]
    )
    func reads(url: String, host: String, port: Int, authority: String) throws {
        let address = try ServerAddress(url: url)
        #expect(address.host == host && address.port == port && address.authority == authority)
    }

    @Test(
        "TLS is spoken where the scheme says so",
        arguments: [("http", false), ("ws", false), ("https", true), ("wss", true)]
    )
    func secures(scheme: String, isSecure: Bool) throws {
        let address = try ServerAddress(url: "\(scheme)://localhost:8443")
        #expect(address.isSecure == isSecure && address.url == "http\(isSecure ? "s" : "")://localhost:8443")
    }

    @Test(
        "What is no address is refused",
        arguments: [
            "", "127.0.0.1:8080", "ftp://a", "http://", "http://a:0", "http://a:65536", "http://a/b", "http://[::1",
            "http://u@a",
        ]
    )
    func refuses(url: String) {
        #expect(throws: BenchError.badURL(url)) { try ServerAddress(url: url) }
    }
}
