import Synchronization

/// The answers of several loops to one question, for who waits for all of them.
final class Gathering: Sendable {
    private struct State: Sendable {
        var answers: [Answer] = []
        var missing: Int
    }

    private let state: Mutex<State>
    private let whole: @Sendable ([Answer]) -> Void

    /// `whole` is called once, with all answers, in the order of their coming.
    init(of count: Int, _ whole: @escaping @Sendable ([Answer]) -> Void) {
        self.state = Mutex(State(missing: count))
        self.whole = whole
    }

    /// Takes one of the answers.
    func take(_ answer: Answer) {
        let answers = self.state.withLock { state -> [Answer]? in
            state.answers.append(answer)
            state.missing -= 1
            return state.missing == 0 ? state.answers : nil
        }
        if let answers { self.whole(answers) }
    }
}
