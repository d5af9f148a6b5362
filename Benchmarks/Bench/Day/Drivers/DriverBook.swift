/// What a run knows of its drivers and items, and what each driver must have been told.
package struct DriverBook: Sendable {
    /// One driver.
    package struct Driver: Sendable {
        package var token = ""
        package var etag: String?
        /// The newest message that the driver was told.
        package var told: UInt64 = 0
        /// The newest message that there must be.
        package var owed: UInt64 = 0
        /// The newest message that is an item's copy, and which item's.
        package var newest: (seq: UInt64, item: Int)?
        /// A request for chats is under way: another one would rightly be told the same.
        package var isAsking = false
    }

    /// What was sent to many.
    package struct Item: Sendable {
        package let id: String
        package let recipients: Int
        package var read = 0
        package var replied = 0
    }

    package var drivers: [Driver]
    package private(set) var items: [Item] = []
    private var numbers: [String: Int] = [:]
    /// Messages that were passed over, since more came at once than an answer takes.
    package private(set) var unseen: UInt64 = 0
    /// Copies that are marked as read, and answered: each counts once.
    private var marked: Set<Copy> = []
    private var replied: Set<Copy> = []

    private struct Copy: Hashable {
        let driver: Int
        let seq: UInt64
    }

    package init(drivers count: Int) { self.drivers = Array(repeating: Driver(), count: count) }

    /// Takes a new item; each of its recipients is owed one message more.
    package mutating func add(item id: String, to recipients: some Sequence<Int>) {
        var count = 0
        for driver in recipients {
            self.drivers[driver].owed += 1
            count += 1
        }
        self.numbers[id] = self.items.count
        self.items.append(Item(id: id, recipients: count))
    }

    /// Takes the first answer: what there was before counts as told.
    package mutating func begin(_ driver: Int, _ answer: DriverAnswer) {
        self.note(driver, answer)
        let told = answer.messages.last?.seq ?? 0
        self.drivers[driver].told = told
        self.drivers[driver].owed = max(told, self.drivers[driver].owed)
    }

    /// Takes an answer with what is new: every message once, in order, and none left out.
    package mutating func tell(_ driver: Int, _ answer: DriverAnswer, _ trouble: inout Trouble) {
        var last = self.drivers[driver].told
        for message in answer.messages {
            if message.seq <= last {
                trouble.duplicated += 1
            } else {
                let gap = message.seq - last - 1
                if answer.hasMore { self.unseen += gap } else { trouble.missing += gap }
                last = message.seq
            }
        }
        self.note(driver, answer)
        self.drivers[driver].told = last
    }

    private mutating func note(_ driver: Int, _ answer: DriverAnswer) {
        if let etag = answer.etag { self.drivers[driver].etag = etag }
        guard let copy = answer.messages.last(where: { $0.item != nil }), let item = copy.item,
            let number = self.numbers[item], copy.seq > self.drivers[driver].newest?.seq ?? 0
        else { return }
        self.drivers[driver].newest = (copy.seq, number)
    }

    /// A copy is marked as read; once for each counts.
    package mutating func marked(_ driver: Int, _ seq: UInt64, of item: Int) {
        if self.marked.insert(Copy(driver: driver, seq: seq)).inserted { self.items[item].read += 1 }
    }

    /// A driver's word is in the log, to a copy or to nothing.
    package mutating func replied(_ driver: Int, to copy: (seq: UInt64, item: Int)?) {
        self.drivers[driver].owed += 1
        guard let copy, self.replied.insert(Copy(driver: driver, seq: copy.seq)).inserted else { return }
        self.items[copy.item].replied += 1
    }

    /// Compares with what there must be, when all was asked for once more.
    package func finish(_ trouble: inout Trouble) {
        for driver in self.drivers {
            if driver.owed > driver.told { trouble.missing += driver.owed - driver.told }
            if driver.told > driver.owed { trouble.duplicated += driver.told - driver.owed }
        }
    }
}
