internal import Disks
internal import Primitives

/// Cutting a damaged journal, on the operator's word.
extension JournalReader {
    /// Cuts the journal at its first damage and sets aside what lay behind; returns what was lost, or nil when the
    /// journal is whole.
    ///
    /// Without `acceptLoss` it changes nothing and returns what would be lost. With it, everything from the damage on
    /// goes to `journal/lost`, with the report as JSON beside it. A repair that is interrupted is begun again.
    ///
    /// A snapshot whose highest position lies behind the cut knows of records that are gone: an older one is to be used,
    /// or one whose sections are all at or behind the cut.
    ///
    /// Fails with `disk`; `disk(.locked)` when the directory is in use.
    package func repair(acceptLoss: Bool) throws(JournalError) -> LossReport? {
        let lock = try Journal.lockDirectory(self.files.dataDirectory, disk: self.disk)
        defer { withExtendedLifetime(lock) {} }
        let verification = try self.verifyLive()
        guard let damage = verification.damages.first,
            let segment = verification.segments.first(where: { $0.id == damage.segment })
        else { return nil }
        let behind = verification.segments.filter { $0.id > damage.segment }
        let report = self.report(damage, segment, behind)
        guard acceptLoss else { return report }
        try onDisk { () throws(DiskError) in
            try self.disk.createDirectory(self.files.lostDirectory)
            try self.disk.syncDirectory(self.files.directory)
            try self.keep(Array(report.json.utf8), as: "\(JournalFiles.name(damage.segment))-\(damage.offset).json")
            if damage.part == .record, let end = segment.syncedOffset, end > damage.offset {
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

    private func report(
        _ damage: JournalDamage,
        _ segment: SegmentSummary,
        _ behind: [SegmentSummary]
    ) -> LossReport {
        let known = ([segment] + behind).flatMap { [$0.last, $0.synced].compactMap { $0 } }.max() ?? .zero
        var bytes = behind.reduce(0) { $0 + max($1.endOffset, $1.syncedOffset ?? 0) }
        var files = behind.map { "\(JournalFiles.name($0.id)).segment" }
        switch damage.part {
        case .header:
            bytes += segment.bytes
            files.insert("\(JournalFiles.name(segment.id)).segment", at: 0)
        case .record:
            let lost = max(0, (segment.syncedOffset ?? 0) - damage.offset)
            bytes += lost
            if lost > 0 { files.insert(self.tailName(damage), at: 0) }
        case .marks, .archive: break
        }
        return LossReport(
            segment: damage.segment.rawValue,
            offset: damage.offset,
            firstPosition: damage.position.rawValue,
            lastPosition: known.rawValue,
            bytes: bytes,
            files: files
        )
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
