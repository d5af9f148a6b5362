package import Primitives
package import Sealing

/// Why the cold store does not do what it is asked.
package enum ColdStoreError: Error, Equatable, Sendable {
    /// These messages are not there, or are not what was put there.
    case damaged(Address, ClosedRange<Seq>)
    /// The disk, or the quota, is full.
    case noSpace
    /// The file cannot be opened, read or written; the database's own words.
    case failed(String)
    /// A block is sealed with a key that is not given.
    case sealed(SealingError)
    /// There is no cold store, and messages are said to lie in it.
    case missing
}

extension ColdStoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .damaged(let mailbox, let seqs):
            "messages \(seqs.lowerBound) to \(seqs.upperBound) of \(mailbox) are missing or damaged in the cold store"
        case .noSpace: "no space left on the disk for the cold store"
        case .failed(let words): "the cold store failed: \(words)"
        case .sealed(let error): "the cold store is \(error)"
        case .missing: "messages lie in a cold store that is not there"
        }
    }
}
