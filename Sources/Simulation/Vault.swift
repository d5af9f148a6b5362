import Primitives
import Sealing

/// The keys of a run: none, or one that is followed by another at some restarts.
struct Vault {
    private var keys: [SealingKey] = []

    /// What engines are started with: the newest seals, all open.
    var ring: KeyRing { KeyRing(current: self.keys.last, older: self.keys.dropLast()) }

    var isSealed: Bool { !self.keys.isEmpty }

    /// From now on files are sealed with another key.
    mutating func rotate(_ random: SharedGenerator) {
        let bytes = (0..<SealingKey.byteCount).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        guard let key = SealingKey(bytes: bytes) else { preconditionFailure("a key has this many bytes") }
        self.keys.append(key)
    }
}
