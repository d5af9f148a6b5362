#if canImport(Glibc)
private import Glibc
#else
private import Darwin
#endif

/// What the bench is told by its environment.
enum EnvironmentVariable {
    /// The operator's key, in the same variable as the server's.
    static var operatorKey: String? { Self.text("SWITCHBOARD_OPERATOR_KEY") }

    /// Nil where it is missing or empty.
    private static func text(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }
}
