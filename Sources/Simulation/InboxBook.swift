import Engine
import Primitives

/// Items and marks of drivers as they were told: what each may be now.
struct InboxBook {
    /// One item for one driver.
    struct Item {
        var driver: Int
        /// Its message in the book, whether it ever comes or not.
        var attempt: Int
        /// What it may be; nil is that nobody decided on it.
        var possible: Set<CopyState?> = [nil]
        /// Something that was asked of it has no answer.
        var isChanging = false

        /// Whether it is for sure that it is not in its driver's log.
        var isAway: Bool { !self.isChanging && self.possible.isSubset(of: [nil, .held, .suppressed]) }
    }

    /// The marks of a message beside those that it came with.
    struct Marks {
        var certain: MessageMarks = []
        var possible: MessageMarks = []
    }

    /// What an audit finds in all inboxes, beside items.
    struct Seen {
        var unread = 0
        var delivered = 0
        var read = 0
    }

    var items: [Item] = []
    /// Of each driver, by seq.
    private(set) var marks: [[UInt64: Marks]] = Array(repeating: [:], count: Scenery.driverCount)
    /// What was told of each driver in this life of the engine: numbers of labels hold no longer.
    var news: [InboxNews?] = Array(repeating: nil, count: Scenery.driverCount)
    /// What the present audit has found.
    var seen = Seen()
    /// Replies with a key, to be sent again.
    var replies: [Int] = []
    private let judge: Judge

    init(judge: Judge) { self.judge = judge }

    func marks(_ driver: Int, _ seq: UInt64) -> Marks { self.marks[driver][seq] ?? Marks() }

    /// A mark is on its way.
    mutating func mayBeMarked(_ driver: Int, _ seq: UInt64, _ marks: MessageMarks) {
        self.marks[driver][seq, default: Marks()].possible.formUnion(marks)
    }

    /// A mark is acknowledged.
    mutating func isMarked(_ driver: Int, _ seq: UInt64, _ marks: MessageMarks) {
        self.marks[driver][seq, default: Marks()].certain.formUnion(marks)
    }

    /// An item is offered, once more perhaps: what is settled stays.
    mutating func offers(_ number: Int) {
        self.items[number].isChanging = true
        guard !self.items[number].possible.isDisjoint(with: [nil, .held]) else { return }
        self.items[number].possible.formUnion([.accepted, .held, .suppressed])
    }

    /// What an item is, for sure: told by whoever decided on it, or by its copy.
    mutating func became(_ number: Int, _ state: CopyState?) {
        let possible = self.items[number].possible, name = Scenery.item(number)
        self.judge.expect(
            possible.contains(state),
            .items,
            "\(name) is \(state?.word ?? "nothing"), and can only be \(possible.map { $0?.word ?? "nothing" }.sorted())"
        )
        self.items[number].possible = [state]
        self.items[number].isChanging = false
    }

    /// Nobody knows what came of it.
    mutating func unanswered(_ number: Int) { self.items[number].isChanging = false }

    /// An item is to be taken back.
    mutating func withdraws(_ number: Int) {
        self.items[number].isChanging = true
        guard !self.items[number].possible.isDisjoint(with: [.accepted, .held]) else { return }
        self.items[number].possible.insert(.cancelled)
    }

    /// An item was taken back, or there was nothing to take back.
    ///
    /// - Parameters:
    ///   - number: The item's.
    ///   - before: What it could be when it was asked for.
    ///   - wasTaken: Whether the answer is that it was.
    ///   - wasSeen: Whether its reader was known to have it before it was asked for.
    ///   - mayBeSeen: Whether its reader may have it by now.
    mutating func withdrew(
        _ number: Int,
        from before: Set<CopyState?>,
        _ wasTaken: Bool,
        wasSeen: Bool,
        mayBeSeen: Bool
    ) {
        let name = Scenery.item(number)
        self.items[number].isChanging = false
        if wasTaken {
            let isTakable = !before.isDisjoint(with: [.accepted, .held])
            self.judge.expect(isTakable && !wasSeen, .items, "\(name) is taken back, and was seen or not there")
            self.items[number].possible = [.cancelled]
        } else {
            let left = before.subtracting(mayBeSeen ? [.held] : [.held, .accepted])
            self.judge.expect(!left.isEmpty, .items, "\(name) is not taken back, and nobody has seen it")
            self.items[number].possible = left
        }
    }

    /// Whatever was asked has no answer any more.
    mutating func ended() {
        for number in self.items.indices { self.items[number].isChanging = false }
        for driver in self.news.indices { self.news[driver] = nil }
    }
}
