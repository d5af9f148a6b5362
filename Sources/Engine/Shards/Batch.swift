/// What one tick has for one target, in order: filled, and then taken out, by moves alone.
///
/// Commands and effects hold many references; going over an array of them would retain and release each of those.
struct Batch<Element: Sendable>: Sendable {
    /// In order while it is filled, and turned around once the first is taken.
    private var elements: [Element] = []
    private var isTurned = false

    init() {}

    var isEmpty: Bool { self.elements.isEmpty }

    /// Adds one behind the others.
    mutating func append(_ element: consuming Element) {
        if self.isTurned { self.turn() }
        self.elements.append(element)
    }

    /// Adds what another one holds; the other one as it is, when there is nothing before it.
    mutating func append(contentsOf other: consuming Batch) {
        guard !self.isEmpty else {
            self = other
            return
        }
        while let element = other.takeFirst() { self.append(element) }
    }

    /// Takes the first one; nil when all are taken, and the room is kept.
    mutating func takeFirst() -> Element? {
        if !self.isTurned { self.turn() }
        guard let element = self.elements.popLast() else {
            self.isTurned = false
            return nil
        }
        return element
    }

    private mutating func turn() {
        self.elements.reverse()
        self.isTurned.toggle()
    }
}
