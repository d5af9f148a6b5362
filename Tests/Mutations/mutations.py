"""The promises, each broken by a small change: some test must turn red."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Edit:
    """One replacement; `before` must be in the file once, so that the table stays true."""

    file: str
    before: str
    after: str


@dataclasses.dataclass(frozen=True)
class Mutation:
    name: str
    # What no longer holds.
    breaks: str
    # The argument of `swift test --filter`.
    filter: str
    edits: tuple


def change(name, breaks, filter, file, before, after):
    return Mutation(name, breaks, filter, (Edit(f"Sources/{file}", before, after),))


MUTATIONS = [
    change(
        "commit-without-sync", "a commit is told as synced and never was", "SimulationTests",
        "Journaling/SegmentWriter.swift",
        "tell(.written(position.previous))\n                try self.file.sync()\n",
        "tell(.written(position.previous))\n",
    ),
    change(
        "sync-without-the-kernel", "a sync of the real disk makes no system call", "RealDiskTests",
        "Disks/RealFile.swift",
        "let result = clinux_fdatasync(self.descriptor)", "let result = Int32(self.descriptor < 0 ? -5 : 0)",
    ),
    change(
        "directory-sync-without-the-kernel", "a directory's sync makes no system call", "RealDiskTests",
        "Disks/RealDisk.swift",
        "guard fsync(descriptor) == 0 else", "guard descriptor >= 0 else",
    ),
    change(
        "segment-without-directory-sync", "a new segment's name is not on disk when it is promised to",
        "SimulationTests", "Journaling/SegmentWriter.swift",
        "        try disk.syncDirectory(files.directory)\n", "",
    ),
    change(
        "snapshot-without-directory-sync", "a finished snapshot is gone after a power cut", "SnapshotCatalogTests",
        "Snapshots/SnapshotWriter.swift",
        "            try self.disk.syncDirectory(self.directory)\n", "",
    ),
    change(
        "failed-sync-ignored", "what a failed sync left behind is acknowledged", "SimulationTests",
        "Journaling/SegmentWriter.swift",
        "tell(.written(position.previous))\n                try self.file.sync()\n",
        "tell(.written(position.previous))\n                try? self.file.sync()\n",
    ),
    change(
        "record-checksum-skipped", "a damaged record is served", "RecoveryTests", "Journaling/SegmentScan.swift",
        "guard start.littleUInt32(at: 0) == CRC32C.checksum(start.extracting(4..<size), from: salt) else {",
        "guard start.littleUInt32(at: 0) != salt else {",
    ),
    change(
        "checksum-without-segment", "stale records of a recycled segment pass for new ones", "JournalingTests",
        "Journaling/RecordLayout.swift",
        "let number = segment.rawValue.littleEndian", "let number = segment.rawValue &* 0",
    ),
    change(
        "torn-tail-left", "what lies behind a torn record comes back", "RecoveryTests",
        "Journaling/Recovery.swift",
        "            try Self.zero(found.file, end.offset..<found.header.segmentBytes)\n", "",
    ),
    change(
        "mark-ignored", "damage in what was promised is cut like a torn tail", "RecoveryTests",
        "Journaling/Recovery.swift",
        "guard end.position > mark.position, end.offset >= mark.offset else { throw self.damage(found, end) }",
        "guard end.position > .zero, mark.offset >= 0 else { throw self.damage(found, end) }",
    ),
    change(
        "replayed-and-not-rewritten", "what was only in the kernel is promised and never written again",
        "SimulationTests", "Journaling/Recovery.swift",
        "            try Self.rewrite(found.file, (slots.newest?.offset ?? SegmentLayout.recordsOffset)..<end.offset)\n",
        "",
    ),
    change(
        "journal-too-short-accepted", "a journal that lost its end is served", "RecoveryTests",
        "Journaling/Recovery.swift",
        "guard reached >= self.highest else", "guard reached >= self.after else",
    ),
    change(
        "pending-unbounded", "appends that wait for the disk grow without bound", "CommitTests",
        "Journaling/GroupCommit.swift",
        "guard self.pendingBytes + batch.byteCount <= self.pendingBytesMax else { throw .overloaded }\n", "",
    ),
    change(
        "record-replayed-twice", "a record that the snapshot holds is applied again", "EngineTests.SnapshotTests",
        "Engine/Recovery/StateLoader.swift",
        "guard header.position > self.positions[shard] else { return }\n", "",
    ),
    change(
        "snapshot-checksum-skipped", "a damaged snapshot is served", "SnapshotFileTests",
        "Snapshots/SnapshotReader.swift",
        "guard done == section.compressedBytes, checksum == section.contentChecksum else {",
        "guard done == section.compressedBytes, checksum != 0 || done >= 0 else {",
    ),
    change(
        "snapshot-ahead-of-the-journal", "a snapshot gets its name before the journal has what it holds",
        "DurableEffectTests", "Engine/Recovery/SnapshotDraft.swift",
        "guard self.journal.progress.synced < self.highest else", "guard self.journal.progress.synced < .zero else",
    ),
    change(
        "damaged-snapshot-counted", "a damaged snapshot counts as one of those that are kept", "KeptSnapshotTests",
        "Engine/Recovery/PastKeeper.swift",
        "self.verdicts.verdict(on: entry, in: self.catalog) == .whole {",
        "self.verdicts.verdict(on: entry, in: self.catalog) != .unread {",
    ),
    change(
        "layout-written-in-place", "a layout that is there in part ends the directory", "DiskFailureTests",
        "Engine/Recovery/Layout.swift",
        """let file = try disk.open("\\(path).partial", .creating)""",
        """try disk.open("\\(path).partial", .creating).sync()
        try disk.rename("\\(path).partial", to: path)
        try disk.open("\\(path).partial", .creating).sync()
        let file = try disk.open(path, .writing)""",
    ),
    change(
        "answered-before-synced", "an answer leaves before its record is on disk", "DurableEffectTests",
        "Engine/Shards/Shard.swift",
        "case .synced: self.position <= progress.synced", "case .synced: progress.synced <= progress.written",
    ),
    change(
        "written-for-synced", "an answer that promised a sync waits for the kernel only", "DurableEffectTests",
        "Engine/Shards/Shard.swift",
        "case .synced: self.position <= progress.synced", "case .synced: self.position <= progress.written",
    ),
    change(
        "weak-told-before-loose", "a weakly durable message is told before the disk knows that it can be lost",
        "LooseMailboxTests", "Engine/Core/State/ShardState+Looseness.swift",
        "asked == .synced || self.mailboxes[Int(mailbox)].isLoose ? asked : .synced",
        "asked == .synced || self.mailboxes.count > Int(mailbox) ? asked : .synced",
    ),
    change(
        "loose-epoch-kept", "a lost message's number is given again under the same epoch", "LooseMailboxTests",
        "Engine/Shards/Shard+Looseness.swift",
        "guard !loose.isEmpty else { return true }", "guard loose.count > countMax else { return true }",
    ),
    change(
        "stale-worker-heard", "a worker finishes a task that was scheduled anew since", "DurableEffectTests",
        "Engine/Shards/Shard+Documents.swift",
        "let present = self.state.tasks[task.id], present == task",
        "let present = self.state.tasks[task.id], present.attempts == task.attempts",
    ),
    change(
        "keys-forgotten", "a repeat under the same key is appended again", "ShardStateModelTests",
        "Engine/Core/State/Decisions.swift",
        "if let key, let entry = self.keyEntry(key, at: now) {",
        "if let key, let entry = self.keyEntry(key, at: now), entry.seq == .zero {",
    ),
    Mutation(
        "cursor-moves-back", "a receipt that comes late undoes a later one", "ShardStateModelTests",
        (
            Edit(
                "Sources/Engine/Core/State/Decisions.swift",
                "let newRead = max(present.read, min(command.read ?? .zero, row.head))",
                "let newRead = min(command.read ?? present.read, row.head)",
            ),
            Edit(
                "Sources/Engine/Core/State/Decisions.swift",
                "guard newRead > present.read || newDelivered", "guard newRead != present.read || newDelivered",
            ),
            Edit(
                "Sources/Engine/Core/State/ShardState+Apply.swift",
                "if record.read > member.read {", "if record.read != member.read {",
            ),
        ),
    ),
    change(
        "epoch-kept-on-restore", "clients of a cut mailbox do not learn of the cut", "RestorationTests",
        "Engine/Recovery/Restoration.swift",
        "self.shards[shard].mailboxes[Int(number)].epoch = renewed", "_ = renewed",
    ),
    change(
        "restored-without-hold", "a restored copy sends at once", "RestorationTests",
        "Engine/Recovery/Restoration.swift",
        "                try Hold.mark(self.target, disk: self.disk)\n", "",
    ),
    change(
        "directory-not-locked", "two processes write to one directory", "ThreadTests", "Disks/RealDisk.swift",
        "guard clinux_lock(descriptor) == 0 else {", "guard descriptor >= 0 else {",
    ),
    change(
        "cold-block-not-synced", "messages leave memory for a block that a power cut takes", "SQLiteColdStoreTests",
        "ColdStorage/SQLiteColdStore.swift",
        """                try database.execute(sql: "PRAGMA synchronous = FULL")\n""", "",
    ),
    change(
        "cold-sum-ignored", "a damaged block of the cold store is served", "ColdDamageTests",
        "ColdStorage/BlockCodec.swift",
        "header.sum(stored.label, stored.data, rawBytes: stored.rawBytes) == stored.sum", "stored.sum == stored.sum",
    ),
    change(
        "cold-without-store", "messages leave memory, and nobody kept them", "ColdTests", "Engine/Cold/Offloader.swift",
        "        try await self.pool.runIfActive { try store.put(batch.blocks) }\n",
        "        try await self.pool.runIfActive { _ = store }\n",
    ),
    change(
        "offloaded-before-told", "messages leave memory that followers still wait for", "ColdFailureTests",
        "Engine/Cold/Shard+Cold.swift",
        "guard self.refusal == nil, self.hasTold(through: batch.position) else { return false }",
        "guard self.refusal == nil else { return false }",
    ),
    change(
        "deleted-gone-at-once", "what was deleted cannot be restored from a snapshot that has it",
        "SQLiteColdStoreTests", "ColdStorage/SQLiteColdStore+Blocks.swift",
        "deleted IS NOT NULL AND deleted <= ?", "deleted IS NOT NULL AND ? > 0",
    ),
    change(
        "outbox-unbounded", "what waits for a slow reader grows without bound", "SocketOutletTests",
        "Engine/Fanout/SocketOutlet.swift",
        "return self.queuedBytes + bytes > self.queuedBytesMax ? .overflow : nil", "return nil",
    ),
    change(
        "lag-skips", "who is fed from the log misses the first message that passed it by", "LagTests",
        "Engine/Fanout/Lane+Lagging.swift",
        "self.lag(slot, mailbox, after: seqs.lowerBound.previous)", "self.lag(slot, mailbox, after: seqs.lowerBound)",
    ),
    change(
        "lag-starves", "who lags is never fed", "SimulationTests", "Engine/Fanout/Lane+Lagging.swift",
        "guard self.outboxes[Int(slot)].isLagging, self.slots[Int(slot)]?.isFeeding == false else { return }",
        "guard self.outboxes[Int(slot)].isLagging, self.slots[Int(slot)]?.isFeeding == true else { return }",
    ),
    change(
        "item-forgotten", "an item that came comes again when it is offered again", "InboxModelTests",
        "Engine/Core/Inbox/ShardState+Inbox.swift",
        "let earlier = self.inboxes.settle(copy.kept, of: number, decision: record.decision)",
        "let earlier = record.state == .accepted\n            ? nil : self.inboxes.settle(copy.kept, of: number, decision: record.decision)",
    ),
    change(
        "mark-goes-back", "a mark takes back those before it", "InboxModelTests",
        "Engine/Core/Inbox/Inboxes.swift",
        "let changed = entry.marks.union(marks)", "let changed = marks",
    ),
    change(
        "withdrawn-shown", "what was taken back before it was seen is shown", "InboxModelTests",
        "Engine/Core/Inbox/ShardState+Inbox.swift",
        "self.inboxes.mark(message, .withdrawn, of: number)", "self.inboxes.mark(message, [], of: number)",
    ),
    change(
        "read-uncounted", "what a driver has read is in no day's counts", "InboxModelTests",
        "Engine/Core/Counts/ShardState+Counting.swift",
        "        self.days.count(.read, under: change.labels, at: index)\n", "",
    ),
    change(
        "day-does-not-end", "what a driver reads today is added to what he read yesterday", "InboxModelTests",
        "Engine/Core/Inbox/Inboxes.swift",
        "if inbox.readCount == 0 || day > inbox.readDay {", "if inbox.readCount == 0 {",
    ),
    change(
        "days-kept", "days are kept for ever", "InboxModelTests", "Engine/Core/Counts/DayBook.swift",
        "            self.days.removeAll { $0.day < begin }\n", "            _ = begin\n",
    ),
    change(
        "held-lost-with-snapshot", "what waits for a driver without a message is gone after a snapshot", "OfferTests",
        "Engine/Core/Inbox/Inboxes.swift",
        "        if self[mailbox] == nil { self.set(Inbox(), of: mailbox) }\n", "",
    ),
    change(
        "hold-without-end", "a cap that stays full holds an item for ever", "OfferTests",
        "Engine/Core/Inbox/ShardState+Offering.swift",
        "for held in items.decisions(on: known) {", "for held in items.decisions(on: known).suffix(1) {",
    ),
    change(
        "send-uncounted", "what was accepted does not count toward caps", "OfferTests",
        "Engine/Core/Inbox/ShardState+Inbox.swift",
        "if let send = record.send {", "if let send = record.send, record.retention < 0 {",
    ),
    change(
        "stale-recipient-taken", "an item is decided on for a recipient who has changed", "OfferTests",
        "Engine/Core/Inbox/ShardState+Offering.swift",
        "guard self.isCurrent(offer) else {", "guard self.isCurrent(offer) || !offer.item.isEmpty else {",
    ),
    change(
        "utf8-unchecked", "text that is no UTF-8 is taken", "FrameParserTests", "Frames/Parsing/FrameParser.swift",
        "guard validator.consume(text.readableBytesSpan), validator.isComplete else { throw .notUTF8 }",
        "guard validator.consume(text.readableBytesSpan) || text.readableBytes > 0 else { throw .notUTF8 }",
    ),
    change(
        "mask-not-required", "a client's frame without a mask is taken", "FrameHeaderTests",
        "Frames/Parsing/FrameHeader.swift",
        "guard isMasked == (sender == .client) else", "guard isMasked || sender == .client else",
    ),
    change(
        "window-one-too-long", "a rolling window frees its slot a millisecond late", "PoliciesTests",
        "Policies/Deciding/Evaluation+Caps.swift",
        "firstIndex(after: self.now.rawValue - milliseconds)", "firstIndex(after: self.now.rawValue - milliseconds - 1)",
    ),
    change(
        "quiet-hours-closed", "quiet hours hold at the instant at which they end", "PoliciesTests",
        "Policies/Rules/QuietHours.swift",
        "if instant < end { return end }", "if instant <= end { return end }",
    ),
    change(
        "release-not-decided-anew", "who opted out while a message was held gets it", "PoliciesTests",
        "Policies/Deciding/Evaluation.swift",
        "if let stop = self.standing() ?? self.preference() { return stop }",
        "if self.candidate.hold == nil, let stop = self.standing() ?? self.preference() { return stop }",
    ),
    change(
        "fallback-is-repetition", "a message's own fallback is taken for a repetition", "PoliciesTests",
        "Policies/Messages/Candidate.swift",
        "NameHash(self.fallbackOf ?? self.message)", "NameHash(self.message)",
    ),
    change(
        "overlap-second", "a local time that comes twice is taken at its second occurrence", "PoliciesTests",
        "Policies/Zones/Zone.swift",
        "self.periods[middle + 1].start + self.periods[middle].offset > local",
        "self.periods[middle + 1].start + self.periods[middle + 1].offset > local",
    ),
    change(
        "follow-up-forgotten", "a service is never told of a status that was acknowledged", "FollowUpTests",
        "Engine/Shards/Shard+Inbox.swift",
        "            self.follow(followUps, driver, marks: changing, at: now)\n", "",
    ),
    change(
        "follow-up-grows-when-leased", "what comes while a worker tells of what came before is lost", "FollowUpTests",
        "Engine/Shards/Shard+FollowUps.swift",
        "if waiting.leasedUntil == nil, var gathered", "if var gathered",
    ),
    change(
        "postponed-counts", "a push that was put off is taken for one that a crash cut off", "FollowUpTests",
        "Engine/Shards/Shard+Documents.swift",
        "            if case .postponed = result { again.attempts = 0 }\n", "",
    ),
    change(
        "failed-push-counts", "a push that no provider took uses the cap on pushes up", "FollowUpTests",
        "Engine/Core/Inbox/PushFailedRecord.swift",
        "items.sends.move(NameHash(record.item), to: NameHash(MessageChannel.feed))", "_ = items.sends",
    ),
]
