internal import Disks

/// The names of the journal's files below a data directory.
///
/// ```
/// lock                                   held while a process works on the directory
/// journal/00000000000000000001.segment   records
/// journal/00000000000000000002.spare     pre-written or recycled, to become a segment
/// journal/00000000000000000003.partial   being pre-written; removed when found
/// journal/lost/                          what a repair set aside
/// ```
struct JournalFiles: Sendable {
    let dataDirectory: String

    var directory: String { self.dataDirectory + "/journal" }
    var lostDirectory: String { self.directory + "/lost" }
    var lock: String { self.dataDirectory + "/lock" }

    func segment(_ id: SegmentID) -> String { "\(self.directory)/\(Self.name(id)).segment" }
    func spare(_ number: UInt64) -> String { "\(self.directory)/\(Self.digits(number)).spare" }
    func partial(_ number: UInt64) -> String { "\(self.directory)/\(Self.digits(number)).partial" }

    static func name(_ id: SegmentID) -> String { self.digits(id.rawValue) }

    static func digits(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 20 - digits.count) + digits
    }

    /// What is in the directory; empty when there is none.
    func list(_ disk: any Disk) throws(JournalError) -> Listing {
        var listing = Listing()
        let names: [String]
        do {
            names = try disk.list(self.directory)
        } catch .notFound {
            return listing
        } catch {
            throw .disk(error)
        }
        for name in names {
            let parts = name.split(separator: ".")
            guard parts.count == 2, parts[0].utf8.count == 20, let number = UInt64(parts[0]) else { continue }
            switch parts[1] {
            case "segment": listing.segments.append(SegmentID(rawValue: number))
            case "spare": listing.spares.append(number)
            case "partial": listing.partials.append(number)
            default: continue
            }
        }
        return listing
    }

    /// The numbered files, each kind in order.
    struct Listing: Equatable {
        var segments: [SegmentID] = []
        var spares: [UInt64] = []
        var partials: [UInt64] = []

        /// A number that no spare file has.
        var nextSpareNumber: UInt64 { (self.spares + self.partials).reduce(0, max) + 1 }

        /// The newest segments without a gap in their numbers, oldest first.
        ///
        /// Segments before a gap were freed, and the renames that freed the others did not all survive.
        var chain: [SegmentID] { self.chain(archived: []) }

        /// The same, with the archived segments before them.
        func chain(archived: Set<SegmentID>) -> [SegmentID] {
            var chain: [SegmentID] = []
            for id in archived.union(self.segments).sorted(by: >) {
                guard chain.last.map({ $0.rawValue == id.rawValue + 1 }) ?? true else { break }
                chain.append(id)
            }
            return chain.reversed()
        }
    }
}

/// Runs disk work whose failure is the journal's.
func onDisk<Outcome>(_ work: () throws(DiskError) -> Outcome) throws(JournalError) -> Outcome {
    do {
        return try work()
    } catch {
        throw .disk(error)
    }
}
