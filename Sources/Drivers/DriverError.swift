package import Engine
package import Policies

/// Why a call about drivers, items or their configuration is refused.
///
/// Closed: the edge maps each case to a problem.
package enum DriverError: Error, Equatable, Sendable {
    /// 403: no chat of this driver's, or none at all: not told apart.
    case noSuchChat
    /// 400: no etag of this server's.
    case badEtag
    /// 400: no cursor of this server's.
    case badCursor
    /// 400: a field that is wrong, and what is expected of it.
    case badField(String, expected: String)
    /// 403: a message of somebody else's.
    case foreignMessage(String)
    /// 404: no message of this driver's.
    case noSuchMessage(String)
    /// 422: an answer that the question does not offer.
    case notAnOption(String)
    /// 413: more than fits into one call.
    case tooMany(field: String, countMax: Int)
    /// 404: no item with this id.
    case noSuchItem
    /// 404: no such document of configuration, or no such version of it.
    case noSuchConfiguration
    /// 422: the key was used with another content.
    case keyReused
    /// 409: the first request under this key is not answered yet.
    case keyInFlight
    /// 412: recipients or rules are others than those that were simulated.
    case planChanged
    /// 412: the document has another version by now.
    case versionMismatch(UInt64)
    /// 400: the document is wrong at a place.
    case fault(ConfigurationFault)
    case engine(EngineError)
}

/// Runs a call to the engine.
func asking<Value>(_ body: () async throws(EngineError) -> Value) async throws(DriverError) -> Value {
    do throws(EngineError) { return try await body() } catch { throw .engine(error) }
}
