import Disks
import Sealing

extension Configuration {
    /// What stands in the place of the first key of a file when what is new is to be plain.
    private static let plain = "plain"
    private static let keyFileBytesMax = 1 << 16

    /// The keys that are given, one way or the other.
    func keys() throws(SettingError) -> KeyRing {
        guard let file = self.encryptionKeyFile else { return KeyRing(current: self.encryptionKey) }
        guard self.encryptionKey == nil
        else { throw SettingError("encryptionKey and encryptionKeyFile are not set together.") }
        let bytes: [UInt8]
        do throws(DiskError) {
            bytes = try RealDisk().open(file, .reading).read(count: Self.keyFileBytesMax, at: 0)
        } catch {
            throw SettingError("The file of keys cannot be read: \(error).")
        }
        return try Self.keys(in: String(decoding: bytes, as: UTF8.self), of: file)
    }

    /// One key a line; empty lines, and those that begin with `#`, are passed over.
    static func keys(in text: String, of file: String) throws(SettingError) -> KeyRing {
        var keys: [SealingKey?] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let word = line.filter { !$0.isWhitespace }
            guard !word.isEmpty, !word.hasPrefix("#") else { continue }
            let key = SealingKey(text: word)
            // The line is not repeated: it may be a key with a slip in it.
            guard key != nil || (word == Self.plain && keys.isEmpty) else {
                throw SettingError("The file of keys \(file): line \(index + 1) is no key.")
            }
            keys.append(key)
        }
        guard let current = keys.first else { throw SettingError("The file of keys \(file) has no key.") }
        return KeyRing(current: current, older: keys.dropFirst().compactMap { $0 })
    }
}
