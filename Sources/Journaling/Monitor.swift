private import CLinux

/// What a waiter does after looking at the state.
enum Waiting<Outcome> {
    case done(Outcome)
    case wait
    case waitFor(Duration)
}

/// State behind a mutex, with a condition for each of the journal's two threads.
///
/// A mutex of the standard library has no condition; appends come from several event loops and must wake the writer.
@safe final class Monitor<State>: @unchecked Sendable /* the state is only touched under the mutex */ {
    /// Who waits.
    enum Waiter: Int32 {
        case writer = 0
        case helper = 1
    }

    private let handle: OpaquePointer
    private var state: State

    init(_ state: State) {
        self.state = state
        unsafe self.handle = clinux_monitor_new()
    }

    deinit { unsafe clinux_monitor_free(self.handle) }

    func withLock<Outcome, Failure: Error>(_ body: (inout State) throws(Failure) -> Outcome) throws(Failure) -> Outcome
    {
        unsafe clinux_monitor_lock(self.handle)
        defer { unsafe clinux_monitor_unlock(self.handle) }
        return try body(&self.state)
    }

    /// Looks at the state, again after each signal, until it is done; `timedOut` says that a `waitFor` is over.
    func wait<Outcome>(as waiter: Waiter, _ body: (inout State, _ timedOut: Bool) -> Waiting<Outcome>) -> Outcome {
        unsafe clinux_monitor_lock(self.handle)
        defer { unsafe clinux_monitor_unlock(self.handle) }
        var timedOut = false
        while true {
            switch body(&self.state, timedOut) {
            case .done(let outcome): return outcome
            case .wait: timedOut = unsafe clinux_monitor_wait(self.handle, waiter.rawValue, -1) != 0
            case .waitFor(let span):
                timedOut = unsafe clinux_monitor_wait(self.handle, waiter.rawValue, span.nanoseconds) != 0
            }
        }
    }

    /// Wakes the waiter, if it waits.
    func signal(_ waiter: Waiter) { unsafe clinux_monitor_signal(self.handle, waiter.rawValue) }
}

extension Duration {
    fileprivate var nanoseconds: Int64 {
        let parts = self.components
        return max(0, parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000)
    }
}
