import NIOCore
import Primitives

/// Idempotency keys: what a sender's key stands for, as long as the window lasts (E3).
extension ShardState {
    /// What the key stands for at `now`, or nil when it is new or forgotten.
    func keyEntry(_ key: KeyRecord, at now: Timestamp) -> KeyEntry? {
        guard let scope = self.subjects.number(of: key.scope),
            let entry = self.keys[KeyID(scope: scope, key: key.key)], now < entry.at + self.keyWindow
        else { return nil }
        return entry
    }

    /// Remembers a key, and forgets those whose window is over.
    ///
    /// Time comes from the record, so replay forgets the same.
    mutating func remember(
        _ key: KeyRecord,
        for mailbox: UInt32,
        seq: Seq,
        at: Timestamp,
        durability: Durability
    ) {
        while let oldest = self.keyOrder.first, let entry = self.keys[oldest], at >= entry.at + self.keyWindow {
            self.keys[oldest] = nil
            self.keyOrder.removeFirst()
        }
        let id = KeyID(scope: self.subjects.intern(key.scope), key: key.key)
        if self.keys[id] != nil { self.keyOrder.removeAll { $0 == id } }
        self.keys[id] = KeyEntry(
            fingerprint: key.fingerprint,
            mailbox: mailbox,
            seq: seq,
            at: at,
            durability: durability
        )
        self.keyOrder.append(id)
    }
}

/// A sum over the content that a key stands for: two CRCs over the same bytes, from two starts.
struct Fingerprint {
    private var low: UInt32 = 0
    private var high: UInt32 = 0x9E37_79B9

    mutating func add(_ bytes: ByteBuffer) {
        unsafe bytes.withUnsafeReadableBytes { unsafe self.add(counted: $0) }
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { unsafe self.add(counted: UnsafeRawBufferPointer($0)) }
    }

    /// Bytes behind their number, so that two pieces are not one.
    private mutating func add(counted bytes: UnsafeRawBufferPointer) {
        let count = UInt64(bytes.count).littleEndian
        unsafe withUnsafeBytes(of: count) { unsafe self.add($0) }
        unsafe self.add(bytes)
    }

    private mutating func add(_ bytes: UnsafeRawBufferPointer) {
        self.low = unsafe CRC32C.checksum(bytes, from: self.low)
        // The second sum takes the first one in, or it would say nothing more: CRCs are linear.
        var mixed = (UInt64(self.high) << 32 | UInt64(self.low)) &* 0xD6E8_FEB8_6659_FD93
        mixed ^= mixed >> 32
        self.high = UInt32(truncatingIfNeeded: mixed)
    }

    var value: UInt64 { UInt64(self.high) << 32 | UInt64(self.low) }
}

extension PublishCommand {
    /// The key as the record carries it, with the sum over all that the message says.
    var keyRecord: KeyRecord? {
        guard let key = self.key else { return nil }
        var sum = Fingerprint()
        sum.add(self.to.description)
        sum.add(self.body)
        sum.add(self.replyTo.map(\.description) ?? "")
        sum.add(self.expiresAt.map(\.description) ?? "")
        sum.add(String(self.priority))
        for tag in self.tags {
            sum.add(tag.name)
            sum.add(tag.value)
        }
        return KeyRecord(scope: self.from.keyScope, key: key, fingerprint: sum.value)
    }
}

extension CreateMailboxCommand {
    /// The key as the record carries it, with the sum over all that the creation says.
    var keyRecord: KeyRecord? {
        guard let key = self.key else { return nil }
        var sum = Fingerprint()
        sum.add(self.address.description)
        sum.add(self.title)
        sum.add(self.isPublic ? "public" : "private")
        for member in self.members.map(\.description).sorted() { sum.add(member) }
        return KeyRecord(scope: self.owner?.description ?? "service:", key: key, fingerprint: sum.value)
    }
}
