internal import Primitives

/// What a repair gave up, or would.
package struct LossReport: Equatable, Sendable, Encodable {
    /// Lost records that can still be read, of one mailbox or of something else.
    package struct Concerned: Equatable, Sendable, Encodable {
        package var name: String
        package var records: Int
        package var firstPosition: UInt64
        package var lastPosition: UInt64
    }

    /// The segment and the byte where the journal was cut.
    package var segment: UInt64
    package var offset: Int
    /// The first position lost.
    package var firstPosition: UInt64
    /// The last position known to be lost; before the first when none is.
    package var lastPosition: UInt64
    /// The bytes set aside.
    package var bytes: Int
    /// The files in `journal/lost` that hold them.
    package var files: [String]
    /// Lost records that can still be read, in the order of their names.
    package var mailboxes: [Concerned] = []
    /// The same of what belongs to no mailbox.
    package var others: [Concerned] = []
    /// Lost records of which only the position is known: nobody can say whom they concern.
    package var unreadableRecords = 0

    /// Lost records in all.
    package var records: Int { Int(self.lastPosition &+ 1 &- self.firstPosition) }

    /// The report as it is kept beside those files.
    package var json: String {
        """
        {
          "segment": \(self.segment),
          "offset": \(self.offset),
          "firstPosition": \(self.firstPosition),
          "lastPosition": \(self.lastPosition),
          "records": \(self.records),
          "unreadableRecords": \(self.unreadableRecords),
          "mailboxes": [\(Self.lines(self.mailboxes))],
          "others": [\(Self.lines(self.others))],
          "bytes": \(self.bytes),
          "files": [\(self.files.map { "\"\($0)\"" }.joined(separator: ", "))]
        }

        """
    }

    private static func lines(_ all: [Concerned]) -> String {
        guard !all.isEmpty else { return "" }
        let lines = all.map { each in
            "    {\"name\": \"\(each.name)\", \"records\": \(each.records), "
                + "\"firstPosition\": \(each.firstPosition), \"lastPosition\": \(each.lastPosition)}"
        }
        return "\n" + lines.joined(separator: ",\n") + "\n  "
    }
}

/// Whom a record concerns, as the loss report names it.
///
/// A name has no character that JSON escapes.
package enum RecordSubject: Hashable, Sendable {
    case mailbox(String)
    case other(String)
}

/// Counts lost records by whom they concern.
struct LossTally {
    private var counts: [RecordSubject: LossReport.Concerned] = [:]
    private(set) var records = 0
    private(set) var first: JournalPosition?
    private(set) var last: JournalPosition?

    mutating func add(_ position: JournalPosition, of subject: RecordSubject) {
        let name =
            switch subject {
            case .mailbox(let name), .other(let name): name
            }
        let present = self.counts[subject]
        self.counts[subject] = LossReport.Concerned(
            name: name,
            records: (present?.records ?? 0) + 1,
            firstPosition: present?.firstPosition ?? position.rawValue,
            lastPosition: position.rawValue
        )
        self.records += 1
        if self.first == nil { self.first = position }
        self.last = position
    }

    var mailboxes: [LossReport.Concerned] {
        self.sorted { if case .mailbox = $0 { true } else { false } }
    }

    var others: [LossReport.Concerned] {
        self.sorted { if case .other = $0 { true } else { false } }
    }

    private func sorted(_ isWanted: (RecordSubject) -> Bool) -> [LossReport.Concerned] {
        self.counts.filter { isWanted($0.key) }.values.sorted { $0.name < $1.name }
    }
}
