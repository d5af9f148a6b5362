import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Policies
import Primitives
import Providers
import Synchronization
import Telemetry

/// The senders of a document.
func senders(_ document: String) throws -> [String: Sender] {
    try Sender.senders(ConfigurationNode(try JSONDecoder().decode(JSONValue.self, from: Data(document.utf8))))
}

/// JSON as a value.
func json(_ bytes: some Sequence<UInt8>) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
}

let start = Timestamp(rawValue: 1_700_000_000_000)

/// Variables that a test sets.
final class Variables: Sendable {
    private let values: Mutex<[String: String]>

    init(_ values: [String: String]) { self.values = Mutex(values) }

    subscript(_ name: String) -> String? {
        get { self.values.withLock { $0[name] } }
        set { self.values.withLock { $0[name] = newValue } }
    }
}

/// The way out with a clock that stands, and what it counts.
struct Scene {
    let outside: Outside
    let time: ManualTime
    let variables: Variables
    let registry: MetricsRegistry

    /// The only sender's state.
    var state: SenderState { self.outside.states[0] }
}

/// Runs a test with a way out, and shuts it down.
func withOutside<Value>(
    _ document: String = "{}",
    variables: [String: String] = [:],
    _ body: (Scene) async throws -> Value
) async throws -> Value {
    let time = ManualTime(start), known = Variables(variables), registry = MetricsRegistry()
    let outside = Outside(
        time: time,
        eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
        secrets: SecretReader(time: time) { known[$0] },
        metrics: ProviderMetrics(registry)
    )
    let result: Result<Value, any Error>
    do {
        outside.renew(try senders(document))
        result = .success(
            try await body(Scene(outside: outside, time: time, variables: known, registry: registry))
        )
    } catch {
        result = .failure(error)
    }
    await outside.shutDown()
    return try result.get()
}
