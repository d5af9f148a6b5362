internal import NIOCore

/// A day of drivers' apps, and of an organisation that sends them items: HTTP alone.
final class DriversRun: OpenLoopAsker, HTTPPoolObserver, DayLoad {
    /// What is to be done with an answer.
    private struct Question {
        var action: TrafficKind.Driver
        /// The driver who asks, or the first recipient.
        var driver: Int
        /// The copy that is marked or answered.
        var copy: (seq: UInt64, item: Int)?
    }

    let bench: Bench
    let open: OpenLoop
    let requests: DriverRequests
    let connections: Int
    private let pool: HTTPPool
    var book: DriverBook
    var trouble = Trouble()
    /// Nothing here ends a run early: a request that fails is counted.
    var failure: BenchError? { nil }
    /// The chat that is read and answered: the first that a driver has.
    var chat = "news"
    var mailboxes: Double?
    private var questions: [UInt32: Question] = [:]
    private var turns: [Int]
    private var sentItems = 0

    init(
        _ bench: Bench,
        _ profile: TrafficProfile,
        drivers: Int,
        httpConnections: Int
    ) throws(BenchError) {
        guard let key = bench.provisioner.operatorKey else { throw .keyNeeded }
        self.bench = bench
        self.open = OpenLoop(profile, on: bench.loop)
        self.requests = DriverRequests(authority: bench.server.authority, key: key, run: bench.provisioner.name)
        self.connections = httpConnections
        self.pool = HTTPPool(endpoint: bench.endpoint, loop: bench.loop, connectionsMax: httpConnections)
        self.book = DriverBook(drivers: drivers)
        self.turns = [Int](repeating: 0, count: profile.kinds.count)
        self.open.asker = self
        self.pool.observer = self
    }

    func close() { self.pool.close() }

    func flush() {}

    func ask(_ kind: Int, number: UInt32, planned: UInt64) {
        guard case .driver(let action) = self.open.profile.kinds[kind].action
        else { preconditionFailure("the profile is of drivers") }
        var question = Question(action: action, driver: self.nextDriver(kind, of: action))
        let driver = self.book.drivers[question.driver]
        let request: ByteBuffer
        switch action {
        case .poll: request = self.requests.poll(driver)
        case .chats:
            self.book.drivers[question.driver].isAsking = true
            request = self.requests.chats(driver)
        case .page(let limit): request = self.requests.page(driver, of: self.chat, limit: limit, turn: self.turns[kind])
        case .reply:
            question.copy = driver.newest
            request = self.requests.reply(driver, of: question.driver, in: self.chat, key: number)
        case .status:
            question.copy = driver.newest
            request = self.requests.status(driver, of: question.driver, in: self.chat)
        case .item(let recipients):
            request = self.requests.item(self.sentItems, to: self.recipients(from: question.driver, recipients))
            self.sentItems += 1
        }
        self.questions[number] = question
        self.pool.send(number, request)
    }

    /// Drivers take turns, in strides, so that neighbours in time are strangers.
    private func nextDriver(_ kind: Int, of action: TrafficKind.Driver) -> Int {
        let count = self.book.drivers.count
        self.turns[kind] &+= 1
        var driver = (self.turns[kind] &* 7919 &+ kind) % count
        guard action == .chats else { return driver }
        for _ in 0..<count where self.book.drivers[driver].isAsking { driver = (driver + 1) % count }
        return driver
    }

    /// So many neighbours, each once.
    func recipients(from first: Int, _ count: Int) -> [Int] {
        (0..<min(count, self.book.drivers.count)).map { (first + $0) % self.book.drivers.count }
    }

    func answered(_ number: UInt32, status: Int, body: ByteBuffer) {
        guard let question = self.questions.removeValue(forKey: number) else { return }
        let isGood = (200..<300).contains(status) || status == 304
        if question.action == .chats { self.book.drivers[question.driver].isAsking = false }
        if isGood { self.take(question, body) }
        self.open.end(number, at: Clock.nanoseconds, code: isGood ? nil : UInt32(max(0, status)))
    }

    private func take(_ question: Question, _ body: ByteBuffer) {
        switch question.action {
        case .poll, .page: break
        case .chats: self.book.tell(question.driver, DriverAnswer(body), &self.trouble)
        case .reply: self.book.replied(question.driver, to: question.copy)
        case .status:
            if let copy = question.copy { self.book.marked(question.driver, copy.seq, of: copy.item) }
        case .item(let recipients):
            guard let id = JSONDocument(body)?.text(["id"]) else { return self.trouble.failed += 1 }
            self.book.add(item: id, to: self.recipients(from: question.driver, recipients))
        }
    }
}
