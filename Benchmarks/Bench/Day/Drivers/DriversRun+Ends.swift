internal import NIOCore

/// Before and after the traffic.
extension DriversRun {
    /// Recipients of one item before the start.
    private static let recipientsMax = 1000
    /// Tokens and items wait for the disk, and share its syncs.
    private static let batchConnections = 128
    /// How long items may take to reach all.
    private static let settleSeconds = 600.0

    /// Gives every driver a token and messages, and asks for what there is.
    func prepare(messages: Int) async throws(BenchError) {
        let batch = HTTPBatch(self.bench, connections: Self.batchConnections), requests = self.requests
        defer { batch.close() }
        let count = self.book.drivers.count
        try await batch.run(
            "issuing tokens to",
            of: count,
            unit: "drivers",
            call: "POST /v1/tokens",
            request: { requests.token($0) }
        ) { index, _, body in
            self.book.drivers[index].token = JSONDocument(body)?.text(["token"]) ?? ""
        }
        let parts = (count + Self.recipientsMax - 1) / Self.recipientsMax
        func recipients(_ index: Int) -> Range<Int> {
            let start = index % parts * Self.recipientsMax
            return start..<min(count, start + Self.recipientsMax)
        }
        try await batch.run(
            "sending",
            of: messages * parts,
            unit: "items",
            call: "POST /v1/feeds/items",
            request: { requests.item(-1 - $0, to: Array(recipients($0))) }
        ) { index, _, body in
            guard let id = JSONDocument(body)?.text(["id"]) else { return }
            self.book.add(item: id, to: recipients(index))
        }
        try await self.settle(batch)
        try await self.fetchAll(batch, "looking at what there is") { self.book.begin($0, $1) }
    }

    /// Asks every driver's chats.
    private func fetchAll(
        _ batch: HTTPBatch,
        _ what: String,
        _ take: @escaping (Int, DriverAnswer) -> Void
    ) async throws(BenchError) {
        try await batch.run(
            what,
            of: self.book.drivers.count,
            unit: "drivers",
            call: "POST /driver/v1/chats/messages",
            request: { self.requests.chats(self.book.drivers[$0]) }
        ) { index, _, body in
            let answer = DriverAnswer(body)
            if let chat = answer.chat { self.chat = chat }
            take(index, answer)
        }
    }

    /// Waits until every item was offered to all its recipients; the counts of each.
    @discardableResult
    private func settle(_ batch: HTTPBatch) async throws(BenchError) -> [ItemCounts?] {
        var counts = [ItemCounts?](repeating: nil, count: self.book.items.count), failure: BenchError?
        await Wait.upTo(Self.settleSeconds, { failure != nil || !counts.contains { $0?.planned != 0 } }) { _ in
            let open = counts.indices.filter { counts[$0]?.planned != 0 }
            do throws(BenchError) {
                try await batch.run(
                    "waiting for",
                    of: open.count,
                    unit: "items",
                    call: "GET /v1/feeds/items",
                    request: { self.requests.counts(of: self.book.items[open[$0]].id) }
                ) { index, _, body in counts[open[index]] = ItemCounts(body) }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return counts
    }

    /// Asks every driver's chats once more, and compares the counts of every item.
    func finish(_ progress: Progress) async {
        self.close()
        let batch = HTTPBatch(self.bench, connections: Self.batchConnections)
        defer { batch.close() }
        do throws(BenchError) {
            try await self.settle(batch)
            try await self.fetchAll(batch, "looking whether all came") { self.book.tell($0, $1, &self.trouble) }
            self.book.finish(&self.trouble)
            for (item, counts) in zip(self.book.items, try await self.settle(batch))
            where counts?.matches(item) != true {
                self.trouble.miscounted += 1
            }
        } catch {
            self.trouble.failed += 1
        }
        let metrics = await self.bench.memory.caller.get("/metrics") ?? ""
        self.mailboxes = ServerMemory.metric("switchboard_mailboxes", in: metrics)
    }

    func addFigures(to report: inout Report) async {
        let recipients = self.book.items.reduce(0) { $0 + $1.recipients }
        report.parameters.append(Report.Parameter("drivers", .integer(self.book.drivers.count)))
        report.figures += [
            Report.Figure("items", "items sent", Double(self.book.items.count), ""),
            Report.Figure("copies", "copies of them", Double(recipients), ""),
        ]
        if let mailboxes, mailboxes > 0, let bytes = await self.bench.memory.residentBytes() {
            report.figures.append(
                Report.Figure("memoryPerMailbox", "all its memory per mailbox", Double(bytes) / mailboxes, "B")
            )
        }
        report.claim =
            "Every driver was told each message once and in order, and what was read and answered is what the server counts."
        if self.book.unseen > 0 {
            report.notes.append(
                "\(Numbers.grouped(self.book.unseen)) messages were passed over: more came at once than an answer takes."
            )
        }
    }
}
