import Journaling
package import NIOCore
import Primitives
import Synchronization

/// The ticks of a loop: commands into shards, batches to the journal and to other loops, frames to sockets.
extension LoopContext {
    /// Longer than a loop takes from one task to the next, so that it looks at its sockets between two turns.
    private static let turnGap = TimeAmount.microseconds(5)

    /// Ends the tick when all that came with it is taken in: sockets that are ready together, batches of other loops and
    /// the news of the journal share commits, crossings and sends.
    package func flushSoon() {
        guard !self.isFlushScheduled else { return }
        self.isFlushScheduled = true
        self.eventLoop.execute {
            self.isFlushScheduled = false
            self.flush()
        }
    }

    /// Ends a tick: commands enter their shards, once per shard in a row; what leaves for other loops leaves.
    package func flush() {
        // A session that is called back from here may end its own read: the outer flush takes what it left.
        guard !self.isFlushing, self.router != nil else { return }
        self.isFlushing = true
        defer { self.isFlushing = false }
        let here = Int(self.number)
        var isAllSent = true
        self.routeFeeds()
        // What is done here may lead to more to do here: effects that route commands, sessions that fall behind.
        repeat {
            self.enterShards()
            self.endBatches()
            // Taken out and put back, so that it keeps its room.
            var commands = Batch<LaneCommand>()
            swap(&commands, &self.outgoing[here])
            self.lane.process(&commands)
            if self.outgoing[here].isEmpty { swap(&commands, &self.outgoing[here]) }
            if self.routed[here].isEmpty, self.outgoing[here].isEmpty { isAllSent = self.lane.flush() }
        } while !self.routed[here].isEmpty || !self.outgoing[here].isEmpty
        for peer in self.peers where peer !== self { self.send(to: peer) }
        self.tally.deliveries += self.lane.takeDeliveryCount()
        self.tally.lags += self.lane.takeLagCount()
        if let metrics = self.metrics { self.tally.tell(metrics) }
        if !isAllSent || self.lane.hasHungry { self.goOnSoon() }
    }

    /// Goes on sending once the loop has looked at its sockets.
    ///
    /// A task that is due would be done before that, so there must be a moment to wait for.
    private func goOnSoon() {
        guard !self.goesOn else { return }
        self.goesOn = true
        do { _ = try self.eventLoop.scheduleCallback(in: Self.turnGap, handler: self) } catch {
            // The loop has ended, and every socket with it.
        }
    }

    private func enterShards() {
        let here = Int(self.number)
        guard !self.routed[here].isEmpty else { return }
        var commands = Batch<RoutedCommand>()
        swap(&commands, &self.routed[here])
        let now = self.time.now()
        var next = commands.takeFirst()
        while let shard = next?.shard {
            // Entered once for all commands in a row.
            shard.assumeIsolated { shard in
                while let command = next.take() {
                    shard.handle(command.command, command.reply, at: now)
                    next = commands.takeFirst()
                    guard next?.shard === shard else { break }
                }
            }
            self.begun.insert(shard)
        }
        if self.routed[here].isEmpty { swap(&commands, &self.routed[here]) }
    }

    /// The batches of the tick go to the journal; effects that need not wait leave at once.
    private func endBatches() {
        guard !self.begun.isEmpty else { return }
        for shard in self.begun.removeAll() {
            shard.assumeIsolated { $0.endBatch() }
            self.waiting.insert(shard)
        }
        self.readListings()
        self.releaseWaiting()
    }

    private func readListings() {
        guard !self.listings.isEmpty, let router = self.router else { return }
        self.listings.readWanted(router)
        // A failed journal took nothing of what was read.
        if self.hasFailed { for reply in self.listings.removeAll() { self.carry(.refused(.unavailable), to: reply) } }
    }

    /// Lets go what has become durable.
    private func releaseWaiting() {
        guard !self.waiting.isEmpty || !self.listings.isEmpty, let journal = self.router?.journal else { return }
        self.hasWaiting.store(true, ordering: .sequentiallyConsistent)
        let progress = journal.progress
        for shard in self.waiting.removeAll() {
            let hasPending = shard.assumeIsolated { shard in
                shard.release(progress, &self.openBroadcasts)
                return shard.hasPending
            }
            if hasPending { self.waiting.insert(shard) }
        }
        if !self.listings.isEmpty {
            self.listings.release(synced: progress.synced) { self.carry(.listings([$0]), to: $1) }
        }
        if self.waiting.isEmpty, self.listings.isEmpty {
            self.hasWaiting.store(false, ordering: .sequentiallyConsistent)
        }
    }

    private func send(to peer: LoopContext) {
        let number = Int(peer.number)
        guard !self.outgoing[number].isEmpty || !self.routed[number].isEmpty else { return }
        var outgoing = Batch<LaneCommand>(), routed = Batch<RoutedCommand>()
        swap(&outgoing, &self.outgoing[number])
        swap(&routed, &self.routed[number])
        peer.submit(outgoing, routed)
    }

    /// Takes one command from another thread.
    func submit(_ command: RoutedCommand) {
        var commands = Batch<RoutedCommand>()
        commands.append(command)
        self.submit(Batch(), commands)
    }

    /// Takes a batch from another loop or thread.
    func submit(_ lane: Batch<LaneCommand>, _ commands: Batch<RoutedCommand>) {
        self.eventLoop.execute {
            guard self.router != nil else { return Self.refuse(commands) }
            self.outgoing[Int(self.number)].append(contentsOf: lane)
            self.routed[Int(self.number)].append(contentsOf: commands)
            self.flushSoon()
        }
    }

    /// The journal has come as far as it ever will.
    func journalAdvancedAtLast() {
        self.releaseWaiting()
        self.abandon()
    }

    /// Answers commands that came after the end.
    private static func refuse(_ commands: Batch<RoutedCommand>) {
        var commands = commands
        while let command = commands.takeFirst() {
            if case .waiter(let waiter) = command.reply { waiter.resume(.refused(.unavailable)) }
        }
    }

    /// The journal came further: called on its writer thread after each commit.
    ///
    /// 1. The loop stores `hasWaiting` before it reads the progress, so either it sees this progress, or we its flag.
    /// 2. One release at a time is scheduled: what comes meanwhile is taken by it.
    func journalAdvanced() {
        guard self.hasWaiting.load(ordering: .sequentiallyConsistent),
            !self.isReleaseScheduled.exchange(true, ordering: .sequentiallyConsistent)
        else { return }
        self.eventLoop.execute {
            self.isReleaseScheduled.store(false, ordering: .sequentiallyConsistent)
            self.releaseWaiting()
            self.flushSoon()
        }
    }
}

extension LoopContext: NIOScheduledCallbackHandler {
    package func handleScheduledCallback(eventLoop: some EventLoop) {
        self.goesOn = false
        self.flush()
    }

    package func didCancelScheduledCallback(eventLoop: some EventLoop) {}
}
