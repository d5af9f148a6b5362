/// Why something sealed cannot be read.
package enum SealingError: Error, Equatable, Sendable {
    /// Sealed with this key, and no key is given at all.
    case noKey(SealingKeyID)
    /// Sealed with this key, which is not among those given.
    case wrongKey(SealingKeyID)
    /// The key is right and the content is not what was sealed with it: it was changed by somebody.
    case forged
}

extension SealingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noKey(let id): "sealed with the key \(id), and no key is given"
        case .wrongKey(let id): "sealed with the key \(id), which is not among the keys given"
        case .forged: "not what was sealed: it was changed by somebody without the key"
        }
    }
}
