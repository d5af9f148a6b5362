internal import Disks
internal import Primitives

/// What the writer thread does.
extension Journal {
    /// A commit on its way: the records, and the segment they go to.
    struct Commit {
        let buffer: CommitBuffer
        let first: JournalPosition
        let writer: SegmentWriter
        let reportsWritten: Bool
    }

    enum WriterWork {
        case commit(Commit)
        case syncMark(SegmentWriter)
        case tellFailure(JournalError)
        /// Failed and told, or stopped and drained.
        case end
    }

    /// The writer's next piece of work, or nil when there is none now.
    func nextWriterWork(_ state: inout JournalState, isIdle: Bool) -> WriterWork? {
        if let failure = state.failure {
            state.failure = nil
            return .tellFailure(failure)
        }
        guard state.commit.life != .failed, let writer = state.writer else { return .end }
        switch state.commit.nextAction() {
        case .commit(let first):
            let commit = Commit(
                buffer: state.gathered,
                first: first,
                writer: writer,
                reportsWritten: state.reportsWritten
            )
            state.gathered = state.idleBuffer ?? CommitBuffer()
            state.idleBuffer = nil
            state.reportsWritten = false
            state.writer = nil
            return .commit(commit)
        case .syncMarkWhenIdle:
            guard isIdle || state.commit.life == .stopping else { return nil }
            state.writer = nil
            return .syncMark(writer)
        case .wait:
            return state.commit.life == .stopping ? .end : nil
        }
    }

    /// Does a piece of work; returns false when it was the last.
    func perform(_ work: WriterWork, _ listeners: JournalListeners) -> Bool {
        switch work {
        case .commit(let commit):
            self.perform(commit, listeners)
            return true
        case .syncMark(let writer):
            self.settle(Result { () throws(DiskError) in try writer.syncMark() }) { state in
                state.commit.markSynced()
                state.writer = writer
            }
            return true
        case .tellFailure(let error):
            listeners.onFailure(error)
            return false
        case .end:
            return false
        }
    }

    private func perform(_ commit: Commit, _ listeners: JournalListeners) {
        let buffer = commit.buffer
        var writer = commit.writer
        let result = Result { () throws(DiskError) in
            try writer.commit(&buffer.records, first: commit.first, takeSpare: self.takeSpare) { event in
                self.publish(event)
                switch event {
                case .written: if commit.reportsWritten { listeners.onProgress(self.progress) }
                case .synced: listeners.onProgress(self.progress)
                case .sealed(let segment): self.sealed(segment)
                }
            }
        }
        buffer.records.removeAll(keepingCapacity: buffer.records.capacity <= Self.idleBufferBytesMax)
        self.settle(result) { state in
            state.commit.committed()
            state.writer = writer
            state.idleBuffer = buffer
        }
    }

    /// A buffer that grew beyond this in a storm is given back.
    private static let idleBufferBytesMax = 16 << 20

    /// Notes how the disk's part went.
    private func settle(_ result: Result<Void, DiskError>, _ done: (inout JournalState) -> Void) {
        self.monitor.withLock { state in
            switch result {
            case .success: done(&state)
            case .failure(let error): state.fail(.disk(error))
            }
            self.publishAdmission(state)
        }
    }

    /// A spare file; there is one, because room was proven when the batch was taken.
    private func takeSpare() -> String {
        self.monitor.withLock { state in
            precondition(!state.spares.isEmpty, "room was proven before the batch was taken")
            return state.spares.removeFirst()
        }
    }

    private func sealed(_ segment: SealedSegment) {
        self.monitor.withLock { state in
            state.sealed.append(segment)
            self.monitor.signal(.helper)
        }
    }
}
