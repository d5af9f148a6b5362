package import Primitives

extension PolicyRules {
    /// An hour.
    static let jitterMaxMilliseconds: Int64 = 3_600_000

    /// Compiles the document `policies`.
    ///
    /// - Parameters:
    ///   - document: The JSON object of Docs/policy.md; a member that is not there leaves its default.
    ///   - version: The document's version.
    ///   - defaultZone: The zone when the document names none.
    ///   - zones: Zones that have been read; what is not here is read, at some milliseconds each.
    /// - Throws: The first fault, by its place.
    package init(
        document: JSONValue,
        version: UInt32,
        defaultZone: Zone = .utc,
        zones: ZoneTable = ZoneTable()
    ) throws(ConfigurationFault) {
        self.init(version: version, defaultZone: defaultZone)
        let root = try ConfigurationNode(document).object(
            allowing: "caps",
            "quietHours",
            "contentDedup",
            "classes",
            "defaultZone",
            "holdout",
            "releaseJitter"
        )
        if let node = root.optional("caps") { self.caps = try Self.caps(node) }
        if let node = root.optional("quietHours") { self.quietHours = try Self.quietHours(node, zones) }
        try self.checkIDs(root)
        if let node = root.optional("contentDedup") {
            let window = try node.object(allowing: "window").required("window")
            self.dedupMilliseconds = try window.integer(in: 1...Cap.windowMaxMilliseconds)
        }
        if let node = root.optional("classes") { try self.readClasses(node) }
        if let node = root.optional("defaultZone") { self.defaultZone = try Zone(node, zones: zones) }
        if let node = root.optional("holdout") { self.holdout = try Rollout(node) }
        if let node = root.optional("releaseJitter") {
            self.jitterMilliseconds = try node.integer(in: 0...Self.jitterMaxMilliseconds)
        }
    }

    private static func caps(_ node: ConfigurationNode) throws(ConfigurationFault) -> [Cap] {
        var caps: [Cap] = []
        for element in try node.list(countMax: RuleIndex.capsMax) { caps.append(try Cap(element)) }
        return caps
    }

    private static func quietHours(
        _ node: ConfigurationNode,
        _ zones: ZoneTable
    ) throws(ConfigurationFault) -> [QuietHours] {
        var quietHours: [QuietHours] = []
        for element in try node.list(countMax: RuleIndex.quietHoursMax) {
            quietHours.append(try QuietHours(element, zones: zones))
        }
        return quietHours
    }

    /// A reason names a rule by its id, so no two rules share one.
    private func checkIDs(_ root: ConfigurationObject) throws(ConfigurationFault) {
        var taken = Set(RuleIndex.builtInNames)
        for (list, ids) in [("caps", self.caps.map(\.id)), ("quietHours", self.quietHours.map(\.id))] {
            for (place, id) in ids.enumerated() where !taken.insert(id).inserted && root.optional(list) != nil {
                throw ConfigurationFault(path: "/\(list)/\(place)/id", reason: .taken(id: id))
            }
        }
    }

    private mutating func readClasses(_ node: ConfigurationNode) throws(ConfigurationFault) {
        let classes = try node.object(allowing: "critical", "transactional", "service", "marketing")
        for messageClass in MessageClass.allCases {
            guard let flags = try classes.optional(messageClass.name)?.object(allowing: "bypassesCaps", "counts") else {
                continue
            }
            if let flag = flags.optional("bypassesCaps") {
                try self.bypassing.set(messageClass, to: flag.boolean())
            }
            if let flag = flags.optional("counts") { try self.counted.set(messageClass, to: flag.boolean()) }
        }
    }
}

extension MessageClassSet {
    fileprivate mutating func set(_ messageClass: MessageClass, to isMember: Bool) {
        if isMember { self.insert(Self(messageClass)) } else { self.remove(Self(messageClass)) }
    }
}
