internal import Engine
package import Primitives

/// A driver's items with certain tags, oldest first.
package struct FetchedItems: Sendable {
    package var etag: DriverEtag
    package var items: [DriverMessage]
}

/// A driver's messages that have one of the tags, newer than the etag (D8).
private struct FetchQuestion: InboxQuestion {
    let driver: Address
    let tags: Set<Substring>
    let etag: DriverEtag?
    let viewing: ChatViewing

    func query(_ news: InboxNews) -> InboxQuery? {
        let known = self.etag.flatMap { $0.isPast(of: news) ? $0 : nil }
        return InboxQuery(
            reader: self.driver,
            groups: self.wanted(of: news).map { [$0.number] },
            after: known?.head ?? .zero,
            before: news.head.next,
            countMax: Drivers.fetchCountMax
        )
    }

    func answer(_ look: InboxLook) -> FetchedItems {
        let view = self.viewing.view(of: self.driver, look.news)
        let messages = zip(self.wanted(of: look.news), look.pages).flatMap { tally, page in
            ShownMessages(page, in: view.place(of: tally.labels).map { view.id(at: $0) } ?? "")
        }
        let items = messages.filter { !$0.isOwn }.sorted { $0.seq < $1.seq }
        return FetchedItems(
            etag: DriverEtag(look.news, view: view),
            items: Array(items.suffix(Drivers.fetchCountMax))
        )
    }

    /// One group for each text of labels: a message knows then which chat shows it.
    private func wanted(of news: InboxNews) -> [InboxNews.Tally] {
        news.tallies.filter { tally in
            !tally.labels.hasPrefix("~") && tally.labels.split(separator: "\n").contains { self.tags.contains($0) }
        }
    }
}

extension Drivers {
    /// The newest messages of one fetch.
    package static let fetchCountMax = 1000

    /// A driver's messages that have one of the tags, newer than the etag (D8).
    package func fetch(
        of driver: Address,
        tags: [String],
        since etag: DriverEtag?
    ) async throws(DriverError) -> FetchedItems {
        let tags = Set(tags.map { $0[...] })
        return try await self.ask(FetchQuestion(driver: driver, tags: tags, etag: etag, viewing: self.viewing))
    }

    /// Keeps tags, or one item, from a driver until a time (D9).
    package func snooze(
        _ driver: Address,
        tags: [String],
        item: String?,
        until: Timestamp
    ) async throws(DriverError) {
        var entries = tags.map { SnoozeDocument.Entry(tag: $0, item: nil, until: until.rawValue) }
        if let item { entries.append(SnoozeDocument.Entry(tag: nil, item: item, until: until.rawValue)) }
        let key = driver.description
        while true {
            let present = try await asking { () throws(EngineError) in try await self.engine.document(.snoozes, key) }
            var document = present.map { SnoozeDocument($0) } ?? SnoozeDocument()
            document.add(entries, at: self.engine.time.now())
            let expectation: DocumentExpectation = present.map { .version($0.version) } ?? .absent
            do throws(EngineError) {
                try await self.engine.put(.snoozes, key, value: document.encoded, expecting: expectation)
                return
            } catch {
                // Somebody else was faster: once more, over what they wrote.
                guard error == .conflict else { throw .engine(error) }
            }
        }
    }
}
