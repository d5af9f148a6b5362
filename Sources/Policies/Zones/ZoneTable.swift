/// The zones that have been read, by name; decisions look in it and never read one.
package struct ZoneTable: Sendable {
    private var zones: [String: Zone] = [:]

    package init() {}

    /// A table of the zones named, without those that are unknown.
    package init(names: some Sequence<String>) {
        for name in names { self.load(name) }
    }

    /// The zone of a name, when it has been loaded.
    package subscript(_ name: String) -> Zone? { self.zones[name] }

    package var count: Int { self.zones.count }

    /// Reads a zone if it is not here yet; false when there is none of this name.
    @discardableResult
    package mutating func load(_ name: String) -> Bool {
        if self.zones[name] != nil { return true }
        guard let zone = Zone(named: name) else { return false }
        self.zones[name] = zone
        return true
    }
}
