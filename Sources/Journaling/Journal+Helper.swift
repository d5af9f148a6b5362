internal import Disks
internal import Primitives

/// What the helper thread does: spare segments and freed ones, so that no commit waits for either.
extension Journal {
    enum HelperWork {
        case makeSpare(number: UInt64)
        case recycle([SealedSegment], room: Int, firstNumber: UInt64)
        case end
    }

    /// The helper's next piece of work, or nil when there is none now.
    func nextHelperWork(_ state: inout JournalState, retriesSpare: Bool) -> HelperWork? {
        guard state.commit.life == .open else { return .end }
        let releasable = state.releasable
        if !releasable.isEmpty, !state.releaseWaits || retriesSpare {
            state.sealed.removeFirst(releasable.count)
            let number = state.nextSpareNumber
            state.nextSpareNumber += UInt64(releasable.count)
            let room = max(0, self.configuration.sparesMax - state.spares.count)
            return .recycle(releasable, room: room, firstNumber: number)
        }
        guard state.commit.fill.spares < self.configuration.sparesAhead else { return nil }
        guard !state.commit.diskIsFull || retriesSpare else { return nil }
        defer { state.nextSpareNumber += 1 }
        return .makeSpare(number: state.nextSpareNumber)
    }

    /// Does a piece of work; returns false when it was the last.
    func perform(_ work: HelperWork) -> Bool {
        switch work {
        case .makeSpare(let number):
            self.settle(
                Result { () throws(DiskError) in
                    try self.pool.make(number: number, isCancelled: self.isClosed).map { [$0] } ?? []
                }
            )
        case .recycle(let segments, let room, let number):
            self.settle(
                Result { () throws(DiskError) in
                    try self.pool.recycle(segments, room: room, firstNumber: number)
                },
                freeing: segments
            )
        case .end:
            return false
        }
        return true
    }

    private func isClosed() -> Bool { self.monitor.withLock { $0.commit.life != .open } }

    private func settle(_ result: Result<[String], DiskError>, freeing segments: [SealedSegment] = []) {
        self.monitor.withLock { state in
            switch result {
            case .success(let spares):
                for spare in spares {
                    state.spares.append(spare)
                    state.commit.fill.addSpare()
                    state.commit.diskIsFull = false
                }
            case .failure(.noSpace):
                state.commit.diskIsFull = true
                state.sealed.insert(contentsOf: segments, at: 0)
                state.releaseWaits = !segments.isEmpty
            case .failure(let error):
                state.fail(.disk(error))
                self.monitor.signal(.writer)
            }
            self.publishAdmission(state)
        }
    }
}
