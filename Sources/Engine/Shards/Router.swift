import Journaling
import NIOCore
import Primitives

/// From an address to its shard: the slice of the address space is fixed for the life of a data directory.
final class Router: Sendable {
    let shards: [Shard]
    let journal: Journal

    /// `shards` has a power of two of them.
    init(shards: [Shard], journal: Journal) {
        precondition(shards.count.nonzeroBitCount == 1, "a power of two of shards")
        self.shards = shards
        self.journal = journal
    }

    func shard(of address: Address) -> Shard { self.shards[Self.shard(of: address.description, of: self.shards.count)] }

    func shard(of document: DocumentID) -> Shard {
        if document.collection.liesWithMailbox {
            return self.shards[Self.shard(of: document.key, of: self.shards.count)]
        }
        return self.shards[Self.shard(of: "\(document.collection.rawValue)/\(document.key)", of: self.shards.count)]
    }

    /// A follow-up lies with its mailbox, so that one batch has them both.
    func shard(ofTask id: String) -> Shard {
        if let mailbox = FollowUpID.mailbox(of: id) {
            return self.shards[Self.shard(of: String(mailbox), of: self.shards.count)]
        }
        return self.shards[Self.shard(of: "task/\(id)", of: self.shards.count)]
    }

    /// The slice of a name among `count`; the same for ever, since it decides where records are looked for.
    static func shard(of name: String, of count: Int) -> Int {
        var name = name
        let sum = name.withUTF8 { unsafe CRC32C.checksum(UnsafeRawBufferPointer($0)) }
        return Int((sum &* 0x9E37_79B1) >> 16) & (count - 1)
    }
}
