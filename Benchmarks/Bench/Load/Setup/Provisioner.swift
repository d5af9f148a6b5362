internal import NIOCore
internal import Wire

/// A user that this run made.
struct BenchUser: Sendable {
    let id: String
    let token: String
}

/// Makes the users, channels, groups and chats of a run by the server's own HTTP API, all with names of this run.
struct Provisioner: Sendable {
    let caller: HTTPCaller
    /// With it users are made by tokens and not by registering, which costs a hundredth.
    let operatorKey: String?
    /// `bench-xxxxxxxx`.
    let name = "bench-\(String(UInt32.random(in: 0x1000_0000...UInt32.max), radix: 16))"
    /// Registrations at a time: a server spends about 40 ms of a core on each password.
    private static let callsMax = 4
    /// Tokens at a time: each waits for the disk.
    private static let tokenCallsMax = 32

    /// Makes users with a session token each.
    func users(
        _ count: Int,
        _ told: (Int) -> Void = { _ in }
    ) async throws(BenchError) -> [BenchUser] {
        guard let operatorKey else {
            return try await self.inParallel(count, told) { index throws(BenchError) in try await self.user(index) }
        }
        return try await self.inParallel(count, callsMax: Self.tokenCallsMax, told) { index throws(BenchError) in
            try await self.issued(index, operatorKey)
        }
    }

    /// Makes one channel of each owner.
    func channels(owners: [BenchUser]) async throws(BenchError) -> [String] {
        try await self.inParallel(owners.count) { index throws(BenchError) in
            let body = Self.json { json in
                json.member("title", "\(self.name) \(index)")
                json.member("public", true)
            }
            return try await self.address("/channels", owners[index].token, body)
        }
    }

    /// Makes groups, each with an owner and further members.
    func groups(
        _ count: Int,
        owner: (Int) -> BenchUser,
        members: (Int) -> [BenchUser]
    ) async throws(BenchError) -> [String] {
        let plans = (0..<count).map { (owner: owner($0), members: members($0)) }
        return try await self.inParallel(count) { index throws(BenchError) in
            let body = Self.json { json in
                json.member("title", "\(self.name) \(index)")
                json.key("members")
                json.beginArray()
                for member in plans[index].members { json.string(member.id) }
                json.endArray()
            }
            return try await self.address("/groups", plans[index].owner.token, body)
        }
    }

    /// Makes direct chats by a first message in each.
    func chats(_ pairs: [(BenchUser, BenchUser)]) async throws(BenchError) -> [String] {
        try await self.inParallel(pairs.count) { index throws(BenchError) in
            let body = Self.json { json in
                json.member("to", "user:\(pairs[index].1.id)")
                json.key("body")
                json.beginObject()
                json.member("text", self.name)
                json.endObject()
            }
            let answer = try await self.caller.post("/messages", token: pairs[index].0.token, body)
            guard let address = JSONDocument(answer)?.text(["mailbox"]) else {
                throw .badAnswer(call: "POST /messages")
            }
            return address
        }
    }

    private func user(_ index: Int) async throws(BenchError) -> BenchUser {
        let password = String(
            (0..<24).compactMap { _ in "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789".randomElement() }
        )
        let account = Self.json { json in
            json.member("username", "\(self.name)-\(index)")
            json.member("password", password)
        }
        _ = try await self.caller.post("/register", account)
        let answer = JSONDocument(try await self.caller.post("/login", account))
        guard let token = answer?.text(["token"]), let id = answer?.text(["user", "id"]) else {
            throw .badAnswer(call: "POST /login")
        }
        return BenchUser(id: id, token: token)
    }

    /// A user of an outside identity system, as far as the server can tell.
    private func issued(_ index: Int, _ operatorKey: String) async throws(BenchError) -> BenchUser {
        let id = "\(self.name)-\(index)"
        let body = Self.json { json in
            json.member("subject", "user:\(id)")
            json.member("ttl", Int64(Self.tokenSeconds))
        }
        let answer = try await self.caller.post("/v1/tokens", token: operatorKey, body)
        guard let token = JSONDocument(answer)?.text(["token"]) else { throw .badAnswer(call: "POST /v1/tokens") }
        return BenchUser(id: id, token: token)
    }

    private static let tokenSeconds = 24 * 3600

    private func address(_ path: String, _ token: String, _ body: ByteBuffer) async throws(BenchError) -> String {
        let answer = try await self.caller.post(path, token: token, body)
        guard let address = JSONDocument(answer)?.text(["address"]) else { throw .badAnswer(call: "POST \(path)") }
        return address
    }

    private static func json(_ members: (inout JSONWriter) -> Void) -> ByteBuffer {
        var body = ByteBuffer()
        body.writeJSON { json in
            json.beginObject()
            members(&json)
            json.endObject()
        }
        return body
    }

    /// Does `count` calls, some at a time; the results in order, the first failure ends it.
    private func inParallel<Value: Sendable>(
        _ count: Int,
        callsMax: Int = Provisioner.callsMax,
        _ told: (Int) -> Void = { _ in },
        _ body: @escaping @Sendable (Int) async throws(BenchError) -> Value
    ) async throws(BenchError) -> [Value] {
        var values = [Value?](repeating: nil, count: count)
        var failure: BenchError?
        await withTaskGroup(of: (Int, Result<Value, BenchError>).self) { group in
            var next = 0
            var done = 0
            func add() {
                guard next < count, failure == nil else { return }
                let index = next
                group.addTask {
                    do throws(BenchError) {
                        return (index, .success(try await body(index)))
                    } catch {
                        return (index, .failure(error))
                    }
                }
                next += 1
            }
            for _ in 0..<callsMax { add() }
            for await (index, result) in group {
                switch result {
                case .success(let value): values[index] = value
                case .failure(let error): failure = failure ?? error
                }
                done += 1
                told(done)
                add()
            }
        }
        if let failure { throw failure }
        return values.compactMap(\.self)
    }
}
