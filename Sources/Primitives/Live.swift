private import Synchronization

/// A setting that may be renewed while the server runs; every reader sees a whole value.
package final class Live<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    package init(_ value: Value) { self.value = Mutex(value) }

    /// What holds now.
    package var current: Value { self.value.withLock { $0 } }

    /// Sets what holds from now on.
    package func renew(_ value: Value) { self.value.withLock { $0 = value } }
}
