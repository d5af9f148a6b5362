internal import Primitives

/// Starting and stopping.
extension Journal {
    /// Starts the writer and its helper.
    ///
    /// `onProgress` is called on the writer thread after each commit (and between write and sync, for batches that ask
    /// for it); `onFailure` once, as the last call, when the disk failed. Neither may block. To be called once.
    package func start(
        onProgress: @escaping @Sendable (JournalProgress) -> Void,
        onFailure: @escaping @Sendable (JournalError) -> Void
    ) throws(JournalError) {
        let listeners = JournalListeners(onProgress: onProgress, onFailure: onFailure)
        self.begin(nil, isThreaded: true)
        let writer = WorkerThread(name: "journal-writer") { self.runWriter(listeners) }
        let helper = WorkerThread(name: "journal-helper") { self.runHelper() }
        self.monitor.withLock { $0.threads = [writer, helper].compactMap { $0 } }
        guard writer != nil, helper != nil else {
            self.stop()
            throw .noThread
        }
    }

    /// Starts without threads: everything happens in `step`, on the caller's thread, for the simulation.
    package func startStepping(
        onProgress: @escaping @Sendable (JournalProgress) -> Void,
        onFailure: @escaping @Sendable (JournalError) -> Void
    ) {
        self.begin(JournalListeners(onProgress: onProgress, onFailure: onFailure), isThreaded: false)
    }

    /// Does the next piece of work of a journal that has no threads; returns whether there was any.
    ///
    /// A commit, else something for the segments, else the mark. `retriesSpare` says that a full disk is to be tried
    /// again.
    @discardableResult
    package func step(retriesSpare: Bool = false) -> Bool {
        guard let listeners = self.monitor.withLock({ $0.listeners }) else { return false }
        if let work = self.monitor.withLock({ self.nextWriterWork(&$0, isIdle: false) }) {
            return self.perform(work, listeners)
        }
        if let work = self.monitor.withLock({ self.nextHelperWork(&$0, retriesSpare: retriesSpare) }),
            self.perform(work)
        {
            return true
        }
        guard let work = self.monitor.withLock({ self.nextWriterWork(&$0, isIdle: true) }) else { return false }
        return self.perform(work, listeners)
    }

    /// Takes no more, commits and syncs what was taken, and ends the threads.
    ///
    /// Returns when that is done; called from `onProgress` or `onFailure` it returns at once, and the writer ends after
    /// that call. A second call returns at once.
    package func stop() {
        let (threads, isThreaded) = self.monitor.withLock { state in
            state.commit.stop()
            self.publishAdmission(state)
            self.monitor.signal(.writer)
            self.monitor.signal(.helper)
            defer { state.threads = [] }
            return (state.threads, state.isThreaded)
        }
        for thread in threads { thread.join() }
        guard !isThreaded else { return }
        while self.step() {}
        self.monitor.withLock { $0.listeners = nil }
    }

    private func begin(_ listeners: JournalListeners?, isThreaded: Bool) {
        self.monitor.withLock { state in
            precondition(!state.isStarted, "a journal is started once")
            state.isStarted = true
            state.isThreaded = isThreaded
            state.listeners = listeners
        }
    }

    private func runWriter(_ listeners: JournalListeners) {
        while true {
            let work = self.monitor.wait(as: .writer) { state, timedOut -> Waiting<WriterWork> in
                if let work = self.nextWriterWork(&state, isIdle: timedOut) { return .done(work) }
                return state.commit.markIsDirty ? .waitFor(self.configuration.markIdleDelay) : .wait
            }
            guard self.perform(work, listeners) else { return }
        }
    }

    private func runHelper() {
        while true {
            let work = self.monitor.wait(as: .helper) { state, timedOut -> Waiting<HelperWork> in
                if let work = self.nextHelperWork(&state, retriesSpare: timedOut) { return .done(work) }
                return state.commit.diskIsFull ? .waitFor(self.configuration.spareRetryInterval) : .wait
            }
            guard self.perform(work) else { return }
        }
    }
}
