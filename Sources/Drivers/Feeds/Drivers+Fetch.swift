internal import Engine
package import Primitives

/// A driver's items with certain tags, oldest first.
package struct FetchedItems: Sendable {
    package var etag: DriverEtag
    package var items: [DriverMessage]
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
        let (news, view) = try await self.news(of: driver)
        let known = etag.flatMap { $0.isPast(of: news) ? $0 : nil }
        let wanted = Set(tags.map { $0[...] })
        // One group for each text of labels: a message knows then which chat shows it.
        let tallies = news.tallies.filter { tally in
            !tally.labels.hasPrefix("~") && tally.labels.split(separator: "\n").contains { wanted.contains($0) }
        }
        let query = InboxQuery(
            reader: driver,
            groups: tallies.map { [$0.number] },
            after: known?.head ?? .zero,
            before: news.head.next,
            countMax: Self.fetchCountMax
        )
        let pages = try await self.pages(query) { group in
            view.place(of: tallies[group].labels).map { view.configuration.chats[$0].id } ?? ""
        }
        let items = pages.flatMap(\.messages).filter { !$0.isOwn }.sorted { $0.seq < $1.seq }
        return FetchedItems(
            etag: DriverEtag(news, view: view),
            items: Array(items.suffix(Self.fetchCountMax))
        )
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
