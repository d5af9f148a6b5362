internal import Engine
internal import Policies
package import Providers

/// Where a driver's devices can be pushed to, the newest last.
struct PushAddressDocument: Codable, Equatable, Sendable {
    /// Devices of one driver; the oldest gives way.
    static let countMax = 5

    var entries: [PushDevice] = []

    init() {}

    /// Reads a document; an unreadable one names none.
    init(_ document: Document?) {
        self = document.flatMap { DocumentJSON.decode(PushAddressDocument.self, from: $0.value) } ?? Self()
    }

    /// Takes a device in; one that is known is known anew.
    mutating func add(_ device: PushDevice) {
        self.remove(device.id)
        self.entries.append(device)
        self.entries.removeFirst(max(0, self.entries.count - Self.countMax))
    }

    mutating func remove(_ id: String) { self.entries.removeAll { $0.id == id } }

    var encoded: [UInt8] { DocumentJSON.encode(self) }
}

/// One device: which service reaches it, and how.
package struct PushDevice: Codable, Equatable, Sendable {
    /// The name of the sender.
    package var sender: String
    package var address: PushAddress

    package init(sender: String, address: PushAddress) {
        self.sender = sender
        self.address = address
    }

    /// The same for the same device, and tells nothing of its token.
    package var id: String {
        let target: String
        switch self.address.target {
        case .token(let token): target = token
        case .subscription(let subscription): target = subscription.endpoint
        }
        return String(ContentHash(of: [self.sender, target]).rawValue, radix: 16)
    }
}

extension DocumentCollection {
    /// The devices of drivers, by address.
    static let pushAddresses = DocumentCollection(rawValue: "push-addresses")
}
