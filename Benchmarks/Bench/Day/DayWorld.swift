/// Who takes part in a mixed load: everybody is in one direct chat, one group and one channel.
struct DayWorld {
    let users: [BenchUser]
    /// Addresses: direct chats, then groups, then the channel.
    let streams: [String]
    let directs: Int
    let groups: Int

    static let groupMembers = 50

    /// Makes chats and groups of users, whose number is even.
    init(_ bench: Bench, users count: Int) async throws(BenchError) {
        let users = try await bench.users(count)
        let provisioner = bench.provisioner
        let directs = try await provisioner.chats(
            stride(from: 0, to: count, by: 2).map { (users[$0], users[$0 + 1]) }
        )
        let groups = try await provisioner.groups(
            (count + Self.groupMembers - 1) / Self.groupMembers,
            owner: { users[$0 * Self.groupMembers] },
            members: { Array(users[$0 * Self.groupMembers..<min(count, ($0 + 1) * Self.groupMembers)].dropFirst()) }
        )
        let channels = try await provisioner.channels(owners: [users[0]])
        self.users = users
        self.directs = directs.count
        self.groups = groups.count
        self.streams = directs + groups + channels
    }

    /// The stream of a user's direct chat, group or channel.
    func stream(_ target: TrafficKind.Target, of user: Int) -> Int {
        switch target {
        case .direct: user / 2
        case .group: self.directs + user / Self.groupMembers
        case .channel: self.directs + self.groups
        }
    }

    func streams(of user: Int) -> [Int] {
        [TrafficKind.Target.direct, .group, .channel].map { self.stream($0, of: user) }
    }
}
