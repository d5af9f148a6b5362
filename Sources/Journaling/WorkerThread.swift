private import CLinux

/// A thread of its own for work that blocks.
@safe final class WorkerThread: @unchecked Sendable /* the handle never changes, and is given up once */ {
    private let handle: OpaquePointer

    /// Starts the thread, or returns nil when the system has none to give.
    init?(name: String, _ body: @escaping @Sendable () -> Void) {
        let box = unsafe Unmanaged.passRetained(Body(run: body))
        let handle = unsafe clinux_thread_start(
            name,
            { unsafe Unmanaged<Body>.fromOpaque($0).takeRetainedValue().run() },
            box.toOpaque()
        )
        guard let handle = unsafe handle else {
            unsafe box.release()
            return nil
        }
        unsafe self.handle = handle
    }

    /// Waits for the thread's end; from the thread itself it returns at once.
    ///
    /// To be called once.
    func join() {
        if unsafe clinux_thread_is_current(self.handle) != 0 {
            unsafe clinux_thread_detach(self.handle)
        } else {
            unsafe clinux_thread_join(self.handle)
        }
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
