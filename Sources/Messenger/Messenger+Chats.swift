private import Accounts
package import Engine
package import Primitives

extension Messenger {
    /// The conversations of a subject, newest first.
    package func chats(
        of subject: Address,
        before cursor: ChatCursor? = nil,
        limit: Int
    ) async throws(MessengerError) -> ChatPage {
        let listings: [MailboxListing]
        do throws(EngineError) { listings = try await self.engine.listings(of: subject) } catch {
            throw MessengerError(error)
        }
        return self.page(listings, of: subject, before: cursor, limit: limit)
    }

    /// A page of the conversations that are listed; only what is on it is read further.
    package func page(
        _ listings: [MailboxListing],
        of subject: Address,
        before cursor: ChatCursor? = nil,
        limit: Int
    ) -> ChatPage {
        let places = ListedPlace.sorted(listings, before: cursor)
        let page = places.prefix(limit)
        return ChatPage(
            chats: page.map { self.chat(listings[$0.listing], $0.row, of: subject) },
            next: places.count > limit ? page.last?.cursor(listings) : nil
        )
    }

    private func chat(_ listing: MailboxListing, _ number: Int, of reader: Address) -> Chat {
        let address = listing.addresses[number], row = listing.rows[number]
        return Chat(
            address: address,
            title: self.directory.otherName(in: address, than: reader) ?? listing.title(ofRow: number),
            head: row.head,
            read: row.read,
            unreadCount: row.unreadCount,
            last: listing.last(ofRow: number)
        )
    }
}

extension Directory {
    /// The name of the other user of a direct chat; nil for any other kind.
    fileprivate func otherName(in chat: Address, than reader: Address) -> String? {
        let users = chat.directUserIDs, own = reader.id
        // A chat with oneself has one's own name.
        return (users.first { $0 != own } ?? users.first).map { self.displayName(userID: $0) }
    }
}

/// Where one conversation stands among the listings of all loops, and in time.
private struct ListedPlace: BitwiseCopyable {
    let changedAt: Timestamp
    let listing: Int
    let row: Int

    /// All conversations behind `cursor`, newest first.
    static func sorted(_ listings: [MailboxListing], before cursor: ChatCursor?) -> [ListedPlace] {
        var places: [ListedPlace] = []
        places.reserveCapacity(listings.reduce(0) { $0 + $1.rows.count })
        for (listing, rows) in listings.map(\.rows).enumerated() {
            for (row, listed) in rows.enumerated() {
                let place = ListedPlace(changedAt: listed.changedAt, listing: listing, row: row)
                guard cursor?.precedes(place.cursor(listings)) ?? true else { continue }
                places.append(place)
            }
        }
        places.sort { left, right in
            left.changedAt == right.changedAt
                ? left.cursor(listings).precedes(right.cursor(listings)) : left.changedAt > right.changedAt
        }
        return places
    }

    func cursor(_ listings: [MailboxListing]) -> ChatCursor {
        ChatCursor(listings[self.listing].addresses[self.row], changedAt: self.changedAt)
    }
}
