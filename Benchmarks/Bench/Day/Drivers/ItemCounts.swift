package import NIOCore
internal import Wire

/// What the server says has become of an item.
package struct ItemCounts: Equatable, Sendable {
    /// Recipients to whom it was not offered yet.
    package private(set) var planned = 0
    /// Recipients who have it.
    package private(set) var accepted = 0
    package private(set) var read = 0
    package private(set) var replied = 0

    /// Reads the answer of `GET /v1/feeds/items/{id}`.
    package init(_ body: ByteBuffer) {
        body.forEachJSONMember { name, value in
            guard case "counts" = name else { return }
            value.forEachJSONMember { name, value in
                let count = Int(String(buffer: value)) ?? 0
                switch name {
                case "planned": self.planned = count
                case "accepted", "delivered": self.accepted += count
                case "read": self.read = count
                case "replied": self.replied = count
                default: break
                }
            }
        }
    }

    /// Whether it is what was sent, read and answered.
    package func matches(_ item: DriverBook.Item) -> Bool {
        self.planned == 0 && self.accepted == item.recipients && self.read == item.read && self.replied == item.replied
    }
}
