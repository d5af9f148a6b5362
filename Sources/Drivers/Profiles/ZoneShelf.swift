internal import Policies
internal import Synchronization

/// The time zones that recipients named so far: each is read once, which takes some milliseconds.
final class ZoneShelf: Sendable {
    /// Names that are no zones are remembered too, up to so many.
    private static let unknownMax = 10_000

    private struct State {
        var table = ZoneTable()
        var unknown: Set<String> = []
    }

    private let state = Mutex(State())

    /// A table that has these zones, as far as there are such.
    func table(with names: [String]) -> ZoneTable {
        self.state.withLock { state in
            for name in names where state.table[name] == nil && !state.unknown.contains(name) {
                guard !state.table.load(name) else { continue }
                if state.unknown.count < Self.unknownMax { state.unknown.insert(name) }
            }
            return state.table
        }
    }
}
