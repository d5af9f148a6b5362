import Engine

/// The documents as they were told: what each may be now.
struct DocumentBook {
    enum State: Equatable {
        case absent
        case present(version: UInt64, value: Int)

        init(_ document: Document?) {
            self =
                document.map { document in
                    let value = Int(String(decoding: document.value, as: UTF8.self)) ?? -1
                    return .present(version: document.version, value: value)
                } ?? .absent
        }

        var version: UInt64? { if case .present(let version, _) = self { version } else { nil } }
    }

    struct Entry {
        var state = State.absent
        /// What a change that has no answer makes of it.
        var next: State?
        /// A change is on its way; without one, `next` is what a crash or a failure left open.
        var isChanging = false
    }

    private(set) var entries = Scenery.documentKeys.map { _ in Entry() }
    private(set) var valueCount = 0
    private let judge: Judge

    init(judge: Judge) { self.judge = judge }

    mutating func newValue() -> Int {
        self.valueCount += 1
        return self.valueCount
    }

    /// A change begins that makes `next` of a document, one at a time.
    mutating func begin(_ number: Int, _ next: State) {
        self.entries[number].next = next
        self.entries[number].isChanging = true
    }

    /// A change is acknowledged, with the version that it made.
    mutating func done(_ number: Int, version: UInt64?) {
        guard
            let next = self.entries[number].next ?? (self.entries[number].isChanging ? self.entries[number].state : nil)
        else { return self.judge.fail(.documents, "\(Scenery.documentKeys[number]) is acknowledged again") }
        self.judge.expect(
            next.version == version,
            .documents,
            "\(Scenery.documentKeys[number]) has version \(version ?? 0), and should be \(next)"
        )
        self.entries[number] = Entry(state: next)
    }

    /// A change is refused: for sure nothing came of it, or nobody knows.
    mutating func refused(_ number: Int, isSure: Bool) {
        self.entries[number].isChanging = false
        if isSure { self.entries[number].next = nil }
    }

    /// A document is shown, which is durable then.
    mutating func saw(_ number: Int, _ state: State) {
        let entry = self.entries[number]
        self.judge.expect(
            state == entry.state || state == entry.next,
            .documents,
            "\(Scenery.documentKeys[number]) is \(state); it was \(entry.state), perhaps \(String(describing: entry.next))"
        )
        if state == entry.next { self.entries[number].state = state }
        if state == entry.next || !entry.isChanging { self.entries[number].next = nil }
    }

    /// Whatever was asked has no answer any more.
    mutating func ended() {
        for number in self.entries.indices { self.entries[number].isChanging = false }
    }
}
