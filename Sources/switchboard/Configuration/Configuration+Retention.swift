import Engine
import Primitives

extension Configuration {
    static let messageRetentionSetting = Setting(
        name: "messageRetention",
        help:
            "What is kept of a kind's messages, as \"channel=30d, driver=5000\": an age or a count; the rest is deleted.",
        read: { (text, configuration) throws(SettingError) in
            configuration.hot.retention = try Self.retention(text)
        },
        show: { configuration in
            let entries = configuration.hot.retention.sorted { $0.key.rawValue < $1.key.rawValue }
            return entries.flatMap { kind, retention in
                (retention.age > .zero ? ["\(kind.name)=\(retention.age.setting)"] : [])
                    + (retention.countMax > 0 ? ["\(kind.name)=\(retention.countMax)"] : [])
            }.joined(separator: ", ")
        }
    )

    /// Reads `KIND=AGE` and `KIND=COUNT`, separated by commas; a kind may have both.
    private static func retention(_ text: String) throws(SettingError) -> [AddressKind: MessageRetention] {
        var entries: [AddressKind: MessageRetention] = [:]
        for part in text.split(separator: ",") {
            let sides = part.filter { $0 != " " }.split(separator: "=", omittingEmptySubsequences: false)
            guard sides.count == 2, let kind = AddressKind.allCases.first(where: { $0.name == sides[0] })
            else { throw SettingError("messageRetention", text, "a list as channel=30d, driver=5000") }
            var retention = entries[kind] ?? MessageRetention()
            if let count = Int(sides[1]), count > 0 {
                retention.countMax = count
            } else if sides[1].last?.isLetter == true, let age = Duration(setting: String(sides[1])), age > .zero {
                retention.age = age
            } else {
                throw SettingError("messageRetention", text, "ages as 30d, or counts from 1 on, by kind")
            }
            entries[kind] = retention
        }
        return entries
    }
}
