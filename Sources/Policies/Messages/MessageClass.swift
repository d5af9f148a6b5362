/// What a message is for; the first in the list is the highest.
package enum MessageClass: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    /// Safety, and codes that somebody waits for.
    case critical
    case transactional
    case service
    case marketing

    /// The word in documents and requests.
    package var name: String {
        switch self {
        case .critical: "critical"
        case .transactional: "transactional"
        case .service: "service"
        case .marketing: "marketing"
        }
    }
}

/// Some of the classes.
package struct MessageClassSet: OptionSet, BitwiseCopyable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package init(_ messageClass: MessageClass) { self.rawValue = 1 << messageClass.rawValue }

    package static let all = Self(rawValue: 0b1111)
    package static let allButCritical = Self.all.subtracting(Self(.critical))

    package func contains(_ messageClass: MessageClass) -> Bool { self.contains(Self(messageClass)) }
}
