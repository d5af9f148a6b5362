import Engine
import Logging
import Primitives

/// One thing that an operator can set: by its name in the configuration file, or by its variable.
struct Setting: Sendable {
    /// As in the configuration file: lowerCamelCase.
    let name: String
    let help: String
    let read: @Sendable (String, inout Configuration) throws(SettingError) -> Void
    let show: @Sendable (Configuration) -> String

    /// `SWITCHBOARD_` and the name in capitals.
    var variable: String {
        var text = Self.prefix
        for character in self.name {
            if character.isUppercase { text.append("_") }
            text.append(contentsOf: character.uppercased())
        }
        return text
    }

    static let prefix = "SWITCHBOARD_"

    /// A setting whose text is kept as it is; of a secret one only is shown that it is set.
    static func text(
        _ name: String,
        _ path: any WritableKeyPath<Configuration, String?> & Sendable,
        isSecret: Bool = false,
        _ help: String
    ) -> Setting {
        Setting(
            name: name,
            help: help,
            read: { text, configuration in configuration[keyPath: path] = text.isEmpty ? nil : text },
            show: { $0[keyPath: path].map { isSecret ? "set" : $0 } ?? "" }
        )
    }

    /// A whole number within bounds.
    static func count(
        _ name: String,
        _ path: any WritableKeyPath<Configuration, Int> & Sendable,
        in range: ClosedRange<Int>,
        _ help: String
    ) -> Setting {
        Setting(
            name: name,
            help: help,
            read: { (text, configuration) throws(SettingError) in
                guard let number = Int(text), range.contains(number)
                else {
                    throw SettingError(name, text, "a whole number from \(range.lowerBound) to \(range.upperBound)")
                }
                configuration[keyPath: path] = number
            },
            show: { String($0[keyPath: path]) }
        )
    }

    /// A span of time: seconds, or with a unit (`250ms`, `30s`, `5m`, `24h`, `30d`).
    static func span(
        _ name: String,
        _ path: any WritableKeyPath<Configuration, Duration> & Sendable,
        _ help: String
    ) -> Setting {
        Setting(
            name: name,
            help: help,
            read: { (text, configuration) throws(SettingError) in
                guard let span = Duration(setting: text)
                else { throw SettingError(name, text, "a time as 250ms, 30s, 5m, 24h or 30d") }
                configuration[keyPath: path] = span
            },
            show: { $0[keyPath: path].setting }
        )
    }

    /// `HOST:PORT`.
    static func endpoint(
        _ name: String,
        _ path: any WritableKeyPath<Configuration, Endpoint> & Sendable,
        _ help: String
    ) -> Setting {
        Setting(
            name: name,
            help: help,
            read: { (text, configuration) throws(SettingError) in
                guard let endpoint = Endpoint(text) else { throw SettingError(name, text, "HOST:PORT") }
                configuration[keyPath: path] = endpoint
            },
            show: { $0[keyPath: path].description }
        )
    }
}

/// Why a setting is refused.
struct SettingError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ name: String, _ text: String, _ expected: String) {
        self.description = "\(name) is \"\(text)\"; it must be \(expected)."
    }

    init(_ description: String) { self.description = description }
}

/// Where to listen.
struct Endpoint: Equatable, Sendable, CustomStringConvertible {
    var host: String
    var port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`; an IPv6 host stands in brackets.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { return nil }
        self.host = String(host)
        self.port = port
    }

    var description: String { self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)" }

    /// Only this machine can reach it.
    var isLoopback: Bool { self.host == "localhost" || self.host == "::1" || self.host.hasPrefix("127.") }
}

extension Duration {
    private static let units: [(suffix: String, milliseconds: Double)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    init?(setting text: String) {
        let unit = Self.units.first { text.hasSuffix($0.suffix) }
        guard let number = Double(text.dropLast(unit?.suffix.count ?? 0)), number >= 0, number.isFinite,
            number * (unit?.milliseconds ?? 1000) < 1e15
        else { return nil }
        self = .milliseconds(Int64(number * (unit?.milliseconds ?? 1000)))
    }

    var setting: String {
        let parts = self.components
        let milliseconds = parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000
        return milliseconds.isMultiple(of: 1000) ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }
}
