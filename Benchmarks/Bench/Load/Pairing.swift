/// Who writes to whom in direct chats.
package enum Pairing {
    /// Different pairs of `users` people: everybody once, then everybody with somebody else, and so on.
    ///
    /// The circle method of tournaments: the last person stays, the others sit in a ring that turns by one each round.
    package static func pairs(_ count: Int, users: Int) -> [(first: Int, second: Int)] {
        precondition(users >= 2 && users.isMultiple(of: 2), "pairs are of an even number of people")
        precondition(count <= users * (users - 1) / 2, "there are that many different pairs")
        let ring = users - 1
        return (0..<count).map { index in
            let (round, place) = (index / (users / 2), index % (users / 2))
            guard place > 0 else { return (round, ring) }
            return ((round + place) % ring, (round - place + ring) % ring)
        }
    }
}
