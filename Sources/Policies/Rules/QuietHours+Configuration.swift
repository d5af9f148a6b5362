internal import Primitives

extension QuietHours {
    static let datesMax = 400

    /// Reads one element of `quietHours`.
    init(_ node: ConfigurationNode, zones: ZoneTable) throws(ConfigurationFault) {
        let rule = try node.object(allowing: "id", "from", "until", "days", "dates", "zone", "classes")
        self.id = try rule.required("id").string(bytes: Cap.idBytes)
        self.from = try Self.minute(rule.required("from"), max: 1439)
        let until = try rule.required("until")
        self.until = try Self.minute(until, max: 1440)
        guard self.from != self.until else {
            throw until.fault("is the same as \"from\"; a whole day is from 00:00 until 24:00")
        }
        self.days =
            try rule.optional("days").map { node throws(ConfigurationFault) in try Self.days(node) } ?? 0b111_1111
        self.exceptions =
            try rule.optional("dates").map { node throws(ConfigurationFault) in try Self.dates(node) } ?? []
        self.zone = try rule.optional("zone").map { node throws(ConfigurationFault) in try Zone(node, zones: zones) }
        self.classes =
            try rule.optional("classes").map { node throws(ConfigurationFault) in try MessageClassSet(node) }
            ?? .allButCritical
    }

    /// `08:00`, in minutes after midnight.
    private static func minute(_ node: ConfigurationNode, max: Int) throws(ConfigurationFault) -> Int {
        let text = Array(try node.string().utf8)
        let digits = text.map { Int($0) - 48 }
        guard text.count == 5, text[2] == UInt8(ascii: ":"),
            [0, 1, 3, 4].allSatisfy({ (0...9).contains(digits[$0]) }), digits[3] < 6,
            (0...max).contains(digits[0] * 600 + digits[1] * 60 + digits[3] * 10 + digits[4])
        else { throw node.fault("is no time of the day, as 08:00 is") }
        return digits[0] * 600 + digits[1] * 60 + digits[3] * 10 + digits[4]
    }

    private static func days(_ node: ConfigurationNode) throws(ConfigurationFault) -> UInt8 {
        var days: UInt8 = 0
        for day in try node.list(countMax: 7) {
            days |= 1 << (try day.word(of: Weekday.self) { $0.name }).rawValue
        }
        return days
    }

    private static func dates(_ node: ConfigurationNode) throws(ConfigurationFault) -> [LocalDate] {
        var dates: [LocalDate] = []
        for element in try node.list(countMax: Self.datesMax) {
            guard let date = LocalDate(try element.string()) else {
                throw element.fault("is no date, as 2026-12-31 is")
            }
            dates.append(date)
        }
        return dates.sorted()
    }
}

extension Zone {
    /// Reads the name of a zone, and the zone too if it is not in the table.
    init(_ node: ConfigurationNode, zones: ZoneTable) throws(ConfigurationFault) {
        let name = try node.string(bytes: Cap.nameBytes)
        guard let zone = zones[name] ?? Zone(named: name) else { throw node.fault(.noZone(name: name)) }
        self = zone
    }
}

extension MessageClassSet {
    /// Reads a list of names of classes.
    fileprivate init(_ node: ConfigurationNode) throws(ConfigurationFault) {
        self = []
        for element in try node.list(countMax: MessageClass.allCases.count) {
            self.insert(Self(try element.word(of: MessageClass.self) { $0.name }))
        }
    }
}
