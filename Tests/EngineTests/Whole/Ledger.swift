import NIOCore
import Primitives
import Synchronization
import TestKit

@testable import Engine

/// What the clients of an engine know: what they asked for, and what they were promised.
struct Book {
    /// Every publish that was begun, by its key.
    var attempts: [String: PublishCommand] = [:]
    /// The answers.
    var published: [String: Published] = [:]
    /// Each group's second member: whether it is there, as far as answered, and whether a change is on its way.
    var isMember: [Address: (present: Bool, isChanging: Bool)] = [:]
    /// The read mark that each user was told to have moved.
    var read: [String: Seq] = [:]
    /// The version that each document's writer was told, and the one that it asked for last.
    var documents: [String: (told: UInt64, asked: UInt64)] = [:]
}

/// The clients' common book, and the disk as a crash in the middle of their work would leave it.
final class Ledger: Sendable {
    private struct State {
        var book: Book
        var crashAfter: Int
        var crash: (@Sendable () -> SimulatedDisk)?
        var survivor: (disk: SimulatedDisk, book: Book)?
    }

    private let state: Mutex<State>

    /// Crashes a copy of the disk with the n-th answer; the clients never notice.
    init(_ book: Book, crashAfter answers: Int, _ crash: @escaping @Sendable () -> SimulatedDisk) {
        self.state = Mutex(State(book: book, crashAfter: answers, crash: crash))
    }

    func note(_ change: (inout Book) -> Void) { self.state.withLock { change(&$0.book) } }

    func answered(_ change: (inout Book) -> Void) {
        self.state.withLock { state in
            change(&state.book)
            state.crashAfter -= 1
            if state.crashAfter <= 0 { Self.crash(&state) }
        }
    }

    /// The disk after the crash, and what was promised before it.
    func survivor() -> (disk: SimulatedDisk, book: Book)? {
        self.state.withLock { state in
            Self.crash(&state)
            return state.survivor
        }
    }

    private static func crash(_ state: inout State) {
        guard let crash = state.crash else { return }
        state.crash = nil
        // What was promised is read before the disk is looked at, so all of it must be there.
        let book = state.book
        state.survivor = (crash(), book)
    }
}
