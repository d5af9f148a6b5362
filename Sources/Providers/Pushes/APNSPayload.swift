internal import Crypto
internal import Primitives

/// What Apple's push service gets for a message: headers and payload.
enum APNSPayload {
    static let bytesMax = 4096

    /// The payload: `aps` for the system, the rest for the app.
    static func payload(_ message: PushMessage) -> JSONValue {
        var members = message.marks
        members["aps"] = Self.aps(message, isForwarded: false)
        if !message.data.isEmpty { members["data"] = .texts(message.data) }
        return .object(members)
    }

    /// What all pushes of this message have in common, without topic and token.
    static func headers(_ message: PushMessage, at now: Timestamp) -> [(name: String, value: String)] {
        // A badge is seen, so that a push with one is no background push; without alert and sound it is silent.
        let isBackground = message.isRetraction && message.badge == nil
        let isUrgent = message.urgency == .high && !message.isRetraction
        var headers = [
            (name: "apns-push-type", value: isBackground ? "background" : "alert"),
            (name: "apns-priority", value: isUrgent ? "10" : "5"),
            (name: "apns-collapse-id", value: message.key(bytesMax: 64)),
        ]
        if let seconds = message.secondsToLive(at: now) {
            headers.append((name: "apns-expiration", value: String(now.rawValue / 1000 + seconds)))
        }
        return headers
    }

    /// The block `apns` of a message to Firebase, which adds the text itself.
    static func forwarded(_ message: PushMessage, at now: Timestamp) -> JSONValue {
        let headers = Dictionary(Self.headers(message, at: now).map { ($0.name, $0.value) }) { first, _ in first }
        return .object([
            "headers": .texts(headers), "payload": .object(["aps": Self.aps(message, isForwarded: true)]),
        ])
    }

    /// An id in the form of a UUID, the same for the same push to the same device (RFC 9562, version 8).
    static func id(of message: PushMessage, to token: String) -> String {
        var bytes = Array(SHA256.hash(data: Array("\(message.id)\n\(message.isRetraction)\n\(token)".utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = bytes.map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        let groups = [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }
        return groups.joined(separator: "-")
    }

    private static func aps(_ message: PushMessage, isForwarded: Bool) -> JSONValue {
        var aps: [String: JSONValue] = [:]
        if let badge = message.badge { aps["badge"] = .integer(Int64(badge)) }
        if message.isRetraction {
            aps["content-available"] = .integer(1)
        } else {
            if !isForwarded { aps["alert"] = .texts(["title": message.title, "body": message.body]) }
            if message.urgency == .high { aps["sound"] = .string("default") }
        }
        return .object(aps)
    }
}
