internal import Disks
internal import Primitives
internal import Sealing

/// Cutting a damaged journal, on the operator's word.
extension JournalReader {
    /// Cuts the journal at its first damage and sets aside what lay behind; returns what was lost, or nil when the
    /// journal is whole.
    ///
    /// Without `acceptLoss` it changes nothing and returns what would be lost. With it, everything from the damage on
    /// goes to `journal/lost`, with the report as JSON beside it. A repair that is interrupted is begun again.
    /// `naming` says whom a lost record concerns that can still be read.
    ///
    /// A snapshot whose highest position lies behind the cut knows of records that are gone: an older one is to be used,
    /// or one whose sections are all at or behind the cut.
    ///
    /// Fails with `disk`; `disk(.locked)` when the directory is in use.
    package func repair(
        acceptLoss: Bool,
        naming: (RecordHeader, RawSpan) -> RecordSubject = { _, _ in .other("records") }
    ) throws(JournalError) -> LossReport? {
        let lock = try Journal.lockDirectory(self.files.dataDirectory, disk: self.disk)
        defer { withExtendedLifetime(lock) {} }
        let verification = try self.verifyLive()
        guard let damage = verification.damages.first,
            let segment = verification.segments.first(where: { $0.id == damage.segment })
        else { return nil }
        let behind = verification.segments.filter { $0.id > damage.segment }
        var tally = LossTally()
        let end = try self.count(damage, segment, behind, naming, &tally)
        let report = self.report(damage, segment, behind, end: end, tally)
        guard acceptLoss else { return report }
        try onDisk { () throws(DiskError) in
            try self.disk.createDirectory(self.files.lostDirectory)
            try self.disk.syncDirectory(self.files.directory)
            try self.keep(Array(report.json.utf8), as: "\(JournalFiles.name(damage.segment))-\(damage.offset).json")
            if damage.part == .record, end > damage.offset {
                let file = try self.disk.open(self.files.segment(segment.id), .reading)
                let tail = try file.read(count: end - damage.offset, at: damage.offset)
                try self.keep(tail, as: self.tailName(damage))
            }
            // The newest first, and one by one: whenever it is interrupted, the rest has no gap, and is still damaged.
            var moved = behind.map(\.id)
            if damage.part == .header { moved.insert(damage.segment, at: 0) }
            try self.disk.syncDirectory(self.files.lostDirectory)
            for id in moved.reversed() { try self.setAside(id) }
            if damage.part != .header { try self.cut(segment) }
        }
        return report
    }

    /// Counts the lost records that can still be read; returns where the damaged segment's lost part ends.
    private func count(
        _ damage: JournalDamage,
        _ segment: SegmentSummary,
        _ behind: [SegmentSummary],
        _ naming: (RecordHeader, RawSpan) -> RecordSubject,
        _ tally: inout LossTally
    ) throws(JournalError) -> Int {
        var end = damage.offset
        guard damage.part != .marks else { return end }
        for lost in [segment] + behind {
            let file = try onDisk { () throws(DiskError) in try self.disk.open(self.files.segment(lost.id), .reading) }
            let start =
                lost.id == damage.segment && damage.part != .header ? damage.offset : SegmentLayout.recordsOffset
            let scan = SalvageScan(
                file: file,
                segment: lost.id,
                range: start..<max(start, lost.bytes),
                lowest: tally.last?.next ?? damage.position,
                seal: try self.seal(of: lost.id, file)
            )
            let found = try scan.run { header, body in
                tally.add(header.position, of: naming(header, body))
            } onSealed: { header in
                tally.add(header.position, of: .other("sealed records"))
            }
            if lost.id == damage.segment { end = max(end, found, lost.syncedOffset ?? 0) }
        }
        return end
    }

    /// How the records of a segment lie there; when its header is lost, so is what its key was made with.
    private func seal(of id: SegmentID, _ file: any DiskFile) throws(JournalError) -> SalvageScan.Seal {
        guard let header = try onDisk({ () throws(DiskError) in try SegmentPage(of: file, id) })?.header
        else { return self.keys.current == nil ? .plain : .closed }
        guard let label = header.label else { return .plain }
        guard self.keys.refusal(of: label) == nil, let opener = try header.opener(self.keys) else { return .closed }
        return .open(opener)
    }

    private func report(
        _ damage: JournalDamage,
        _ segment: SegmentSummary,
        _ behind: [SegmentSummary],
        end: Int,
        _ tally: LossTally
    ) -> LossReport {
        let known = ([segment] + behind).flatMap { [$0.last, $0.synced] } + [tally.last]
        let last = known.compactMap { $0 }.max() ?? .zero
        // The oldest segment's header, when it is damaged, is all that says where the journal begins.
        let first = damage.position > .zero ? damage.position : tally.first ?? last.next
        var bytes = behind.reduce(0) { $0 + max($1.endOffset, $1.syncedOffset ?? 0) }
        var files = behind.map { "\(JournalFiles.name($0.id)).segment" }
        switch damage.part {
        case .header:
            bytes += segment.bytes
            files.insert("\(JournalFiles.name(segment.id)).segment", at: 0)
        case .record:
            bytes += end - damage.offset
            if end > damage.offset { files.insert(self.tailName(damage), at: 0) }
        case .marks, .archive: break
        }
        var report = LossReport(
            segment: damage.segment.rawValue,
            offset: damage.offset,
            firstPosition: first.rawValue,
            lastPosition: max(last, first.previous).rawValue,
            bytes: bytes,
            files: files
        )
        report.mailboxes = tally.mailboxes
        report.others = tally.others
        report.unreadableRecords = report.records - tally.records
        return report
    }

    private func tailName(_ damage: JournalDamage) -> String {
        "\(JournalFiles.name(damage.segment))-\(damage.offset).tail"
    }

    /// Writes a file into `lost`, durably but for its name; one of an interrupted repair stays, for it knew more.
    private func keep(_ bytes: [UInt8], as name: String) throws(DiskError) {
        let file: any DiskFile
        do throws(DiskError) {
            file = try self.disk.open("\(self.files.lostDirectory)/\(name)", .creating)
        } catch .alreadyExists {
            return
        }
        try file.write(bytes, at: 0)
        try file.sync()
    }

    private func setAside(_ id: SegmentID) throws(DiskError) {
        try self.disk.rename(
            self.files.segment(id),
            to: "\(self.files.lostDirectory)/\(JournalFiles.name(id)).segment"
        )
        try self.disk.syncDirectory(self.files.lostDirectory)
        try self.disk.syncDirectory(self.files.directory)
    }

    /// Ends a segment behind its last good record: zeros follow, and both marks say so.
    private func cut(_ segment: SegmentSummary) throws(DiskError) {
        let file = try self.disk.open(self.files.segment(segment.id), .writing)
        try Recovery.zero(file, segment.endOffset..<segment.bytes)
        try file.sync()
        let mark = SyncedMark(position: segment.next.previous, offset: segment.endOffset)
        for slot in 0...1 {
            try file.write(mark.sector(in: segment.id), at: SegmentLayout.markOffset(slot: slot))
        }
        try file.sync()
    }
}
