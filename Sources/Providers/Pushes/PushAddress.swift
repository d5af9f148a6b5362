package import Primitives

/// Where a push goes: a device's token, or a browser's subscription.
///
/// As JSON `{"token","registeredAt"?}` or `{"endpoint","p256dh","auth","registeredAt"?}`.
package struct PushAddress: Hashable, Sendable {
    /// The two kinds of addresses.
    package enum Target: Hashable, Sendable {
        case token(String)
        case subscription(WebPushSubscription)
    }

    package var target: Target
    /// When the device gave it; a service's older news of its death are of an earlier life.
    package var registeredAt: Timestamp?

    package init(_ target: Target, registeredAt: Timestamp? = nil) {
        self.target = target
        self.registeredAt = registeredAt
    }

    /// The address of a device.
    package static func token(_ token: String, registeredAt: Timestamp? = nil) -> PushAddress {
        PushAddress(.token(token), registeredAt: registeredAt)
    }

    /// The address of a browser.
    package static func subscription(
        endpoint: String,
        p256dh: String,
        auth: String,
        registeredAt: Timestamp? = nil
    ) -> PushAddress {
        PushAddress(
            .subscription(WebPushSubscription(endpoint: endpoint, p256dh: p256dh, auth: auth)),
            registeredAt: registeredAt
        )
    }
}

/// What a browser gives to be pushed to; both keys as base64url.
package struct WebPushSubscription: Codable, Hashable, Sendable {
    package var endpoint: String
    package var p256dh: String
    package var auth: String

    package init(endpoint: String, p256dh: String, auth: String) {
        self.endpoint = endpoint
        self.p256dh = p256dh
        self.auth = auth
    }
}

extension PushAddress: Codable {
    private enum CodingKeys: String, CodingKey {
        case token, registeredAt
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let token = try container.decodeIfPresent(String.self, forKey: .token) {
            self.target = .token(token)
        } else {
            self.target = .subscription(try WebPushSubscription(from: decoder))
        }
        self.registeredAt = try container.decodeIfPresent(Int64.self, forKey: .registeredAt).map {
            Timestamp(rawValue: $0)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self.target {
        case .token(let token): try container.encode(token, forKey: .token)
        case .subscription(let subscription): try subscription.encode(to: encoder)
        }
        try container.encodeIfPresent(self.registeredAt?.rawValue, forKey: .registeredAt)
    }
}
