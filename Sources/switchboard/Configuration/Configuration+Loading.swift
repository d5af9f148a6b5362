import Disks
import NIOCore
import Primitives
import Wire

extension Configuration {
    /// Variables that are read elsewhere, or name no setting: the operator's key, and the file.
    private static let otherVariables: Set<String> = ["SWITCHBOARD_OPERATOR_KEY", "SWITCHBOARD_CONFIG"]

    /// Defaults, then the file, then variables; what is unknown is refused by name.
    static func load(file: String?, environment: [String: String]) throws(SettingError) -> Configuration {
        var configuration = Configuration()
        if let file = file ?? environment["SWITCHBOARD_CONFIG"] { try configuration.read(file: file) }
        for (variable, text) in environment.sorted(by: { $0.key < $1.key })
        where variable.hasPrefix(Setting.prefix) && !Self.otherVariables.contains(variable) {
            guard let setting = Self.settings.first(where: { $0.variable == variable })
            else { throw SettingError("The variable \(variable) is unknown; `switchboard config list` names all.") }
            try setting.read(text, &configuration)
        }
        try configuration.check()
        return configuration
    }

    /// Reads a JSON object whose keys are the settings' names; values are strings or numbers.
    mutating func read(file: String) throws(SettingError) {
        let bytes: [UInt8]
        do throws(DiskError) {
            let opened = try RealDisk().open(file, .reading)
            bytes = try opened.read(count: try opened.size(), at: 0)
        } catch {
            throw SettingError("The configuration file cannot be read: \(error).")
        }
        let fields: JSONFields
        do throws(JSONFieldError) {
            fields = try JSONFields(ByteBuffer(bytes: bytes), known: Self.settings.map(\.name))
        } catch {
            throw SettingError("The configuration file \(file): \(error)")
        }
        for setting in Self.settings {
            guard let raw = fields.raw(setting.name) else { continue }
            let text = (try? fields.string(setting.name)) ?? String(buffer: raw)
            try setting.read(text, &self)
        }
    }

    /// What one setting alone cannot tell.
    func check() throws(SettingError) {
        guard (self.tlsCertificate == nil) == (self.tlsKey == nil)
        else { throw SettingError("tlsCertificate and tlsKey are set together, or neither.") }
        guard self.shards.nonzeroBitCount == 1 else {
            throw SettingError("shards is \(self.shards), not a power of two.")
        }
        guard self.journalSegmentBytes.isMultiple(of: 4096)
        else { throw SettingError("journalSegmentBytes is \(self.journalSegmentBytes), not a multiple of 4096.") }
        guard self.testClock == nil || self.listen.isLoopback
        else { throw SettingError("testClock is for tests: every listener must be on loopback.") }
        _ = try self.keys()
    }
}
