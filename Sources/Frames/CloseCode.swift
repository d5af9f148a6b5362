/// Why a connection closes: the number in a close frame (RFC 6455 7.4).
package struct CloseCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package static let normal = CloseCode(rawValue: 1000)
    package static let goingAway = CloseCode(rawValue: 1001)
    package static let protocolError = CloseCode(rawValue: 1002)
    package static let unsupported = CloseCode(rawValue: 1003)
    package static let invalidPayload = CloseCode(rawValue: 1007)
    package static let policyViolation = CloseCode(rawValue: 1008)
    package static let tooLarge = CloseCode(rawValue: 1009)
    package static let internalError = CloseCode(rawValue: 1011)
    /// The client does not read as fast as it is sent to; of the client protocol, not of the RFC.
    package static let slow = CloseCode(rawValue: 3008)

    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package var description: String { String(self.rawValue) }

    /// Whether the code may stand in a frame: registered ones, and those of libraries and applications.
    ///
    /// 1004, 1005, 1006 and 1015 are names for what never is in a frame.
    package var isSendable: Bool {
        switch self.rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
