import Journaling
import NIOCore
import Primitives

/// Loose mailboxes at the two ends of an engine's life.
extension Shard {
    /// Gives up to so many loose mailboxes a new epoch: what was told of them may be lost.
    ///
    /// Returns whether none is left. Fails as `Journal.append` does, and then nothing changed.
    func renewEpochs(countMax: Int) throws(JournalError) -> Bool {
        let loose = self.state.looseMailboxes(countMax: countMax)
        guard !loose.isEmpty else { return true }
        let records = loose.map { number in
            let present = self.state.mailboxes[Int(number)].epoch
            var renewed = present
            while renewed == present {
                renewed = Epoch(rawValue: .random(in: 1 ... .max, using: &self.context.generator))
            }
            var record = ByteBuffer()
            EpochChangedRecord(address: self.state.address(of: number), epoch: renewed).write(into: &record)
            return record
        }
        try self.append(.epochChanged, records)
        return loose.count < countMax
    }

    /// Ends all writing, and says that loose mailboxes lost nothing: what was taken is synced before this is.
    ///
    /// Returns false where there was no room to say it: they get new epochs at the next start.
    func settle() -> Bool {
        self.isSettled = true
        let count = self.state.looseMailboxes().count
        guard count > 0 else { return true }
        var record = ByteBuffer()
        SettledRecord(mailboxCount: UInt32(count)).write(into: &record)
        do throws(JournalError) { try self.append(.settled, [record]) } catch { return false }
        return true
    }
}

extension LoopContext {
    /// Ends the tick, and then all writing on this loop: the engine stops.
    ///
    /// Returns whether all loose mailboxes of its shards are settled.
    @discardableResult
    func settle() -> Bool {
        self.flush()
        let shards = (self.router?.shards ?? []).filter { $0.context === self }
        return shards.map { shard in shard.assumeIsolated { $0.settle() } }.allSatisfy { $0 }
    }
}

/// Before an engine serves, and before it ends.
extension Engine {
    /// How many mailboxes get their new epoch in one batch.
    private static let renewedMax = 1024

    /// Gives loose mailboxes new epochs; waits for room where there is none.
    func renewEpochs() async throws(JournalError) {
        for shard in self.router.shards {
            while true {
                if try await shard.renewEpochsIfRoom(countMax: Self.renewedMax) { break }
                // Room comes with the next segment.
                do { try await Task.sleep(for: .milliseconds(1)) } catch { throw .stopped }
            }
        }
    }

    /// The same, with a journal that its owner steps.
    func renewEpochsStepping() throws(JournalError) {
        for shard in self.router.shards {
            while true {
                let outcome = shard.assumeIsolated { shard in
                    Result { () throws(JournalError) in try shard.renewEpochsIfRoom(countMax: Self.renewedMax) }
                }
                if try outcome.get() { break }
                _ = self.journal.step(retriesSpare: true)
            }
        }
    }
}

extension Shard {
    /// Whether all loose mailboxes have new epochs; false when there is more to do, or no room for now.
    fileprivate func renewEpochsIfRoom(countMax: Int) throws(JournalError) -> Bool {
        let outcome = Result { () throws(JournalError) in try self.renewEpochs(countMax: countMax) }
        switch outcome {
        case .success(let isDone): return isDone
        case .failure(.full), .failure(.overloaded): return false
        case .failure(let error): throw error
        }
    }
}
