package import Disks
package import Primitives
package import Sealing

/// Reads the journal of a stopped data directory, for operators.
package struct JournalReader: Sendable {
    let disk: any Disk
    let files: JournalFiles
    let keys: KeyRing

    /// `keys` open what is sealed.
    package init(disk: any Disk, directory: String, keys: KeyRing = KeyRing()) {
        self.disk = disk
        self.keys = keys
        self.files = JournalFiles(dataDirectory: directory)
    }

    /// Reads everything and changes nothing.
    ///
    /// Of a segment whose key is not there the checksums are checked, and not whether its records are what was sealed.
    ///
    /// Fails with `disk`.
    package func verify() throws(JournalError) -> JournalVerification {
        try self.walk(self.archive.list()) { (_, _, _, _, _) throws(JournalError) in }
    }

    /// Reads what a start would read: everything but the archive.
    func verifyLive() throws(JournalError) -> JournalVerification {
        try self.walk([]) { (_, _, _, _, _) throws(JournalError) in }
    }

    /// Gives each good record behind `after` to `body`, in order, up to the first damage; changes nothing.
    ///
    /// Fails with `disk`, and with `damaged` after the last record before the damage; `sealed` at a record whose key is
    /// not there; `replayRefused` when `body` throws.
    package func forEachRecord(
        after: JournalPosition = .zero,
        _ body: (SegmentID, _ offset: Int, RecordHeader, RawSpan) throws -> Void
    ) throws(JournalError) {
        var next: JournalPosition?
        let archived = try self.archive.list().filter { $0.positions.upperBound > after }
        let verification = try self.walk(archived) { (segment, offset, header, bytes, refusal) throws(JournalError) in
            // Behind a gap the order is broken: what follows is not given out.
            guard next == nil || header.position == next else { return }
            next = header.position.next
            guard header.position > after else { return }
            if let refusal { throw .sealed(segment: segment, offset: 0, refusal) }
            do {
                try body(segment, offset, header, bytes)
            } catch {
                throw .replayRefused(position: header.position)
            }
        }
        if let damage = verification.damages.first { throw JournalError(damage) }
    }

    /// Reads the chain of segments, archived ones first, record by record.
    private func walk(
        _ entries: [SegmentArchive.Entry],
        _ body: (SegmentID, Int, RecordHeader, RawSpan, SealingError?) throws(JournalError) -> Void
    ) throws(JournalError) -> JournalVerification {
        let listing = try self.files.list(self.disk)
        let archived = Dictionary(
            entries.map { ($0.segment, $0) },
            uniquingKeysWith: { _, newer in newer }
        )
        let chain = listing.chain(archived: Set(archived.keys))
        var verification = JournalVerification()
        verification.spares = listing.spares.count
        verification.leftovers = listing.segments.filter { !chain.contains($0) }
        var expected: JournalPosition?
        for (index, id) in chain.enumerated() {
            let (summary, damage) = try self.walk(
                id,
                listing.segments.contains(id) ? nil : archived[id],
                expected: expected,
                isLast: index == chain.count - 1
            ) {
                (end) in
                verification.tornTail = end
            } body: { (offset, header, bytes, refusal) throws(JournalError) in
                try body(id, offset, header, bytes, refusal)
            }
            if index > 0, verification.segments[index - 1].first != nil, let first = summary.first {
                // The one before must reach this one; its end is known only now.
                let before = verification.segments[index - 1]
                let next = before.next
                if next != first, verification.damages.last?.segment != before.id {
                    verification.damages.append(
                        JournalDamage(segment: before.id, part: .record, offset: before.endOffset, position: next)
                    )
                }
            }
            if let damage { verification.damages.append(damage) }
            verification.segments.append(summary)
            verification.records += summary.records
            expected = summary.next
        }
        return verification
    }

    private var archive: SegmentArchive { SegmentArchive(disk: self.disk, dataDirectory: self.files.dataDirectory) }

    /// A segment's file, or the damage of its archive.
    private func open(
        _ id: SegmentID,
        _ archived: SegmentArchive.Entry?
    ) throws(JournalError) -> Result<any DiskFile, JournalError> {
        guard let archived else {
            return .success(try onDisk { () throws(DiskError) in try self.disk.open(self.files.segment(id), .reading) })
        }
        let file = Result { () throws(JournalError) in try self.archive.open(archived) }
        if case .failure(.disk(let error)) = file { throw .disk(error) }
        return file
    }

    /// Reads one segment; returns what it is, and its damage as far as the segment alone shows it.
    private func walk(
        _ id: SegmentID,
        _ archived: SegmentArchive.Entry?,
        expected: JournalPosition?,
        isLast: Bool,
        onTorn: (TornTail) -> Void,
        body: (Int, RecordHeader, RawSpan, SealingError?) throws(JournalError) -> Void
    ) throws(JournalError) -> (SegmentSummary, JournalDamage?) {
        let file: any DiskFile
        switch try self.open(id, archived) {
        case .success(let opened): file = opened
        case .failure:
            let damage = JournalDamage(segment: id, part: .archive, offset: 0, position: expected ?? .zero)
            return (SegmentSummary(id: id, bytes: archived?.bytes ?? 0, isArchived: true), damage)
        }
        let bytes = try onDisk { () throws(DiskError) in try file.size() }
        var summary = SegmentSummary(id: id, bytes: archived?.bytes ?? bytes, isArchived: archived != nil)
        guard let page = try onDisk({ () throws(DiskError) in try SegmentPage(of: file, id) }) else {
            let damage = JournalDamage(segment: id, part: .header, offset: 0, position: expected ?? .zero)
            return (summary, damage)
        }
        summary.keyID = page.header.label?.keyID
        summary.refusal = page.header.label.flatMap(self.keys.refusal)
        let opener = summary.refusal == nil ? try page.header.opener(self.keys) : nil
        var records = 0
        let end = try page.scan(opener).run {
            [refusal = summary.refusal] (header, offset, bytes) throws(JournalError) in
            records += 1
            try body(offset, header, bytes, refusal)
        }
        let mark = page.marks.newest
        summary.first = page.header.firstPosition
        summary.last = records > 0 ? end.position.previous : nil
        summary.records = records
        summary.endOffset = end.offset
        summary.synced = mark?.position
        summary.syncedOffset = mark?.offset
        if end.isForged || mark.map({ $0.position >= end.position || $0.offset > end.offset }) ?? false {
            let damage = JournalDamage(segment: id, part: .record, offset: end.offset, position: end.position)
            return (summary, damage)
        }
        guard isLast else { return (summary, nil) }
        guard mark != nil else {
            let offset = SegmentLayout.markOffset(slot: 0)
            return (summary, JournalDamage(segment: id, part: .marks, offset: offset, position: end.position))
        }
        if end.isTorn { onTorn(TornTail(segment: id, offset: end.offset, position: end.position)) }
        return (summary, nil)
    }
}

extension SegmentSummary {
    /// The position that should follow the good records.
    var next: JournalPosition { self.last?.next ?? self.first ?? .zero }
}

extension JournalError {
    init(_ damage: JournalDamage) {
        self = .damaged(segment: damage.segment, offset: damage.offset, position: damage.position)
    }
}
