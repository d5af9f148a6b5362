import Engine
import Primitives

/// Documents: put, deleted and read by the organisation's software, one change of each at a time.
extension World {
    func stepDocument() {
        guard let engine = self.engine, self.failure == nil else { return }
        let number = self.random.number(0..<Scenery.documentKeys.count), entry = self.documents.entries[number]
        let isOpen = entry.isChanging || entry.next != nil
        if isOpen || self.random.chance(3) { return self.readDocument(number, engine) }
        let expectation = self.expectation(of: entry.state)
        if self.random.chance(4) {
            self.deleteDocument(number, expectation, engine)
        } else {
            self.putDocument(number, expectation, engine)
        }
    }

    /// Asks for a document, and compares it with what is known.
    func readDocument(_ number: Int, _ engine: Engine) {
        engine.submit(.document(Scenery.documents, Scenery.documentKeys[number])) { answer in
            switch answer {
            case .document(let document): self.documents.saw(number, .init(document))
            case .refused(.unavailable): break
            default: self.judge.fail(.documents, "\(answer) for a document")
            }
        }
    }

    /// The engine tells of a document, at the start or after a change.
    func sawDocument(_ change: DocumentChange) {
        switch change {
        case .put(let document):
            guard let number = Scenery.documentKeys.firstIndex(of: document.key) else { return }
            self.documents.saw(number, .init(document))
        case .deleted(_, let key):
            guard let number = Scenery.documentKeys.firstIndex(of: key) else { return }
            self.documents.saw(number, .absent)
        }
    }

    /// What a change expects to find: often what is there.
    private func expectation(of state: DocumentBook.State) -> DocumentExpectation {
        switch self.random.number(0..<4) {
        case 0: .absent
        case 1: .version((state.version ?? 0) + UInt64(self.random.number(0..<3)))
        case 2: state.version.map { .version($0) } ?? .absent
        default: .anything
        }
    }

    private static func holds(_ expectation: DocumentExpectation, _ state: DocumentBook.State) -> Bool {
        switch expectation {
        case .anything: true
        case .absent: state == .absent
        case .version(let version): state.version == version
        }
    }

    private func putDocument(_ number: Int, _ expectation: DocumentExpectation, _ engine: Engine) {
        let state = self.documents.entries[number].state, value = self.documents.newValue()
        let holds = Self.holds(expectation, state), key = Scenery.documentKeys[number]
        self.documents.begin(number, holds ? .present(version: (state.version ?? 0) + 1, value: value) : state)
        self.trace.note(50, UInt64(value), "\(key) becomes \(value), expecting \(expectation)")
        let command = SteppedCommand.put(
            Scenery.documents,
            key,
            value: Array(String(value).utf8),
            expecting: expectation
        )
        engine.submit(command) { answer in
            if case .version(let version) = answer, holds { return self.documents.done(number, version: version) }
            self.refusedDocument(number, answer, expected: holds ? nil : .conflict)
        }
    }

    private func deleteDocument(_ number: Int, _ expectation: DocumentExpectation, _ engine: Engine) {
        let state = self.documents.entries[number].state, key = Scenery.documentKeys[number]
        let holds = state != .absent && Self.holds(expectation, state)
        self.documents.begin(number, holds ? .absent : state)
        self.trace.note(51, UInt64(number), "\(key) is deleted, expecting \(expectation)")
        engine.submit(.delete(Scenery.documents, key, expecting: expectation)) { answer in
            if case .done = answer, holds { return self.documents.done(number, version: nil) }
            self.refusedDocument(number, answer, expected: holds ? nil : state == .absent ? .notFound : .conflict)
        }
    }

    private func refusedDocument(_ number: Int, _ answer: Answer, expected: EngineError?) {
        guard case .refused(let error) = answer else {
            return self.judge.fail(.documents, "\(Scenery.documentKeys[number]): \(answer)")
        }
        switch error {
        case .unavailable, .storageFull: self.documents.refused(number, isSure: false)
        default:
            self.judge.expect(error == expected, .documents, "\(Scenery.documentKeys[number]) is refused: \(error)")
            self.documents.refused(number, isSure: true)
        }
    }
}
