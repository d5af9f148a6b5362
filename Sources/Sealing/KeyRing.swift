/// The keys that are given: at most one to seal with, any number to open with.
///
/// Without a key to seal with, new files are plain; what is sealed can be read as long as its key is on the ring.
package struct KeyRing: Sendable {
    /// What new files are sealed with; nil leaves them plain.
    package let current: SealingKey?
    private let keys: [SealingKeyID: SealingKey]

    /// No keys: everything is plain.
    package init() { self.init(current: nil) }

    /// `older` are for reading only; the current one is for both.
    package init(current: SealingKey?, older: [SealingKey] = []) {
        self.current = current
        self.keys = (older + [current].compactMap { $0 }).reduce(into: [:]) { $0[$1.id] = $1 }
    }

    /// Begins to seal a new file; nil when it is to be plain.
    package func seal(_ kind: SealedFileKind) -> (label: SealLabel, sealer: Sealer)? {
        self.current.map { key in
            let label = SealLabel(new: key)
            return (label, Sealer(key: key.derived(for: kind, salt: label.salt)))
        }
    }

    /// Why a file with this label cannot be opened: `noKey` or `wrongKey`; nil when it can.
    package func refusal(of label: SealLabel) -> SealingError? {
        guard self.keys[label.keyID] == nil else { return nil }
        return self.keys.isEmpty ? .noKey(label.keyID) : .wrongKey(label.keyID)
    }

    /// Begins to open a file.
    ///
    /// Fails with `noKey` or `wrongKey`.
    package func open(_ label: SealLabel, _ kind: SealedFileKind) throws(SealingError) -> Opener {
        guard let key = self.keys[label.keyID] else {
            throw self.refusal(of: label) ?? .noKey(label.keyID)
        }
        return Opener(key: key.derived(for: kind, salt: label.salt))
    }
}
