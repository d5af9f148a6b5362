/// What the engine promises, and the simulation holds it to.
package enum Promise: String, Sendable, CaseIterable {
    case nothingLost = "nothing acknowledged is lost"
    case onlyOnce = "nothing is there twice"
    case onlySent = "nothing is there that nobody sent"
    case dense = "a log's positions have no gap"
    case order = "what one session sends keeps its order"
    case gapFree = "a session gets every message behind its position, once, in order"
    case complete = "with nothing on its way, a session has all there is of what it follows"
    case firstAnswer = "a repeated key gets the first answer"
    case cursors = "marks move forward only"
    case membership = "who belongs may, and who does not may not"
    case sameHash = "the state after a recovery is the state at that position before"
    case sameEpoch = "an epoch changes only when a log was lost"
    case newEpoch = "where something that was told may be lost, the epoch is a new one"
    case documents = "a document is what was acknowledged last, and its version counts its changes"
    case tasks = "a task is given to one worker at a time, until it is done, and never again"
    case items = "an item is in its recipient's log once, for ever, or never; what was taken back is not seen"
    case marks = "a mark on a driver's message stays, and the counts are those of the messages"
    case counts = "what is counted of drivers' messages is what happened to them, once"
    case presence = "present are those who follow, and nobody else"
    case typing = "only who types is said to"
    case archive = "every position of the retained time comes back with its hash"
    case sealed = "what is sealed opens with its key, and without it nothing does"
    case recovery = "a crash never keeps the engine from starting"
    case damageFound = "damage is found, and never served"
    case serving = "an engine whose disk works serves"
}

/// A promise that was not kept.
package struct BrokenPromise: Error, Equatable, Sendable {
    package var promise: Promise
    package var what: String
}

/// Takes down the first promise that is broken.
final class Judge {
    private(set) var broken: BrokenPromise?

    func expect(_ holds: Bool, _ promise: Promise, _ what: @autoclosure () -> String) {
        if !holds { self.fail(promise, what()) }
    }

    func fail(_ promise: Promise, _ what: String) {
        if self.broken == nil { self.broken = BrokenPromise(promise: promise, what: what) }
    }
}
