import NIOCore
import Policies
import Primitives

/// An item that was to be pushed is in its recipient's log, and no provider took the push.
struct PushFailedRecord: Equatable, Sendable {
    var address: Address
    var item: String

    func write(into buffer: inout ByteBuffer) {
        buffer.writeAddress(self.address)
        buffer.writeShortString(self.item)
    }

    init(address: Address, item: String) {
        self.address = address
        self.item = item
    }

    init?(from buffer: inout ByteBuffer) {
        guard let address = buffer.readAddress(), let item = buffer.readShortString() else { return nil }
        self.init(address: address, item: item)
    }
}

extension ShardState {
    /// The send that was counted stays one of the recipient's own log: a push that failed uses no push's cap up.
    mutating func apply(_ record: PushFailedRecord) {
        guard let number = self.mailboxNumber(record.address) else { preconditionFailure("a push has a mailbox") }
        self.inboxes.changeItems(of: number) { items in
            items.sends.move(NameHash(record.item), to: NameHash(MessageChannel.feed))
        }
    }
}

/// The channels by which items go to drivers.
package enum MessageChannel {
    /// Into the driver's own log.
    package static let feed = "feed"
    /// The same, and a push.
    package static let push = "push"
}
