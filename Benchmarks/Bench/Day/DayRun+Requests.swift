internal import NIOCore

/// What each kind of request is, as bytes.
extension DayRun {
    /// Asks for one request; its answer comes under its number.
    func ask(_ kind: Int, number: UInt32, planned: UInt64) {
        let user = self.nextUser(kind)
        switch self.profile.kinds[kind].action {
        case .chats(let limit): self.get("/chats?limit=\(limit)", user, number)
        case .newest(let limit):
            self.get("/messages?mailbox=\(self.direct(user))&limit=\(limit)", user, number)
        case .older(let limit):
            let before = max(2, self.heads[self.world.stream(.direct, of: user)] / 2)
            self.get("/messages?mailbox=\(self.direct(user))&limit=\(limit)&before=\(before)", user, number)
        case .post: self.post(user, number, planned)
        case .receipt:
            let stream = self.world.stream(.direct, of: user)
            self.send(
                self.encoding.read(
                    id: PublishTemplate.firstID &+ number,
                    channel: self.world.streams[stream],
                    seq: self.heads[stream]
                ),
                by: user
            )
        case .publish(let target): self.publish(target, by: target == .channel ? 0 : user, number, planned)
        case .history(let target, let limit):
            let channel = self.world.streams[self.world.stream(target, of: user)]
            self.send(
                self.encoding.history(id: PublishTemplate.firstID &+ number, channel: channel, limit: limit),
                by: user
            )
        case .driver: preconditionFailure("drivers have a load of their own")
        }
    }

    private var encoding: Encoding { self.crew.clients[0].profile.encoding }

    private func direct(_ user: Int) -> String { self.world.streams[self.world.stream(.direct, of: user)] }

    /// Users take turns, in strides, so that neighbours in time are strangers.
    private func nextUser(_ kind: Int) -> Int {
        self.turns[kind] &+= 1
        return (self.turns[kind] &* 7919 &+ kind) % self.world.users.count
    }

    private func publish(_ target: TrafficKind.Target, by user: Int, _ number: UInt32, _ planned: UInt64) {
        let stream = self.world.stream(target, of: user)
        self.templates[stream].write(self.marker(user, stream, number, planned))
        self.send(self.templates[stream].payload, by: user)
    }

    private func marker(_ user: Int, _ stream: Int, _ number: UInt32, _ planned: UInt64) -> Marker {
        Marker(nanoseconds: planned, number: number, stream: UInt16(stream), publisher: UInt16(user))
    }

    /// Appends a command; the plan's turn sends it.
    private func send(_ command: ByteBuffer, by user: Int) {
        self.crew.clients[user].append(command)
        self.unflushed.append(self.crew.clients[user])
    }

    private func get(_ path: String, _ user: Int, _ number: UInt32) {
        self.pool.send(number, ByteBuffer(string: self.head("GET", path, user) + "\r\n"))
    }

    private func post(_ user: Int, _ number: UInt32, _ planned: UInt64) {
        let stream = self.world.stream(.direct, of: user)
        var text = ByteBuffer(repeating: UInt8(ascii: "."), count: self.textBytes)
        var bytes = text.mutableReadableBytesSpan
        self.marker(user, stream, number, planned).write(into: &bytes, at: 0)
        let body = #"{"to":"user:\#(self.world.users[user ^ 1].id)","body":{"m":"\#(String(buffer: text))"}}"#
        let head =
            self.head("POST", "/messages", user)
            + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        self.pool.send(number, ByteBuffer(string: head + body))
    }

    private func head(_ method: String, _ path: String, _ user: Int) -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: \(self.authority)\r\n"
            + "Authorization: Bearer \(self.world.users[user].token)\r\n"
    }
}
