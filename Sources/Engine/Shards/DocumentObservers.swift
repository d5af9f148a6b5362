import Primitives
import Synchronization

/// Who is told of documents: the products' own indexes, derived and never journaled.
final class DocumentObservers: Sendable {
    typealias Observer = @Sendable (DocumentChange) -> Void

    private let observers = Mutex<[DocumentCollection: [Observer]]>([:])

    func add(_ collection: DocumentCollection, _ observer: @escaping Observer) {
        self.observers.withLock { $0[collection, default: []].append(observer) }
    }

    func tell(_ change: DocumentChange) {
        let collection =
            switch change {
            case .put(let document): document.collection
            case .deleted(let collection, _): collection
            }
        for observer in self.observers.withLock({ $0[collection] ?? [] }) { observer(change) }
    }
}
