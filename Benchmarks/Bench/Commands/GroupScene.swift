/// Groups with a share of the publishers each, and the connections of their members.
///
/// Each publisher has one connection for all his groups; the first clients are the publishers'.
struct GroupScene {
    let clients: [Client]
    /// The groups of each publisher.
    let shares: [[Int]]

    /// Makes users, groups, and clients that are still to be opened.
    ///
    /// `members` are the connections in each group, the publisher's included. Each is a user of its own when they are
    /// distinct; otherwise those of a group are one user's. Theirs are the sockets of this kind; publishers have plain
    /// ones. Fails as provisioning does.
    init(
        _ bench: Bench,
        groups: Int,
        members: Int,
        publishers: Int,
        areDistinct: Bool = false,
        socket: SocketKind = .plain
    ) async throws(BenchError) {
        let readersEach = areDistinct ? members - 1 : 1
        let users = try await bench.users(publishers + groups * readersEach)
        let (owners, readers) = (Array(users.prefix(publishers)), Array(users.dropFirst(publishers)))
        let channels = try await bench.provisioner.groups(
            groups,
            owner: { owners[$0 % owners.count] },
            members: { Array(readers[$0 * readersEach..<($0 + 1) * readersEach]) }
        )
        let profile = bench.profile(channels: channels)
        self.shares = (0..<publishers).map { Array(stride(from: $0, to: groups, by: publishers)) }
        var clients = self.shares.enumerated().map { index, share in
            Client(index: index, profile: profile, token: owners[index].token, streams: share)
        }
        for group in 0..<groups {
            for member in 1..<members {
                let token = readers[group * readersEach + (areDistinct ? member - 1 : 0)].token
                clients.append(
                    Client(index: clients.count, profile: profile, token: token, streams: [group], socket: socket)
                )
            }
        }
        self.clients = clients
    }
}
