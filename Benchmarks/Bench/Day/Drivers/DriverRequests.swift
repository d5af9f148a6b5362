internal import NIOCore
internal import Wire

/// What drivers' apps and an organisation's software ask for, as bytes.
struct DriverRequests: Sendable {
    let authority: String
    /// A key that may issue tokens and send items.
    let key: String
    /// Names of this run, for keys that are never those of another.
    let run: String

    private static let base = "/driver/v1/chats"
    private static let tokenSeconds: Int64 = 24 * 3600

    /// The id of a driver; `scale fill` names them so, too.
    static func id(_ driver: Int) -> String { "driver-\(driver)" }

    func token(_ driver: Int) -> ByteBuffer {
        self.post("/v1/tokens", self.key) { json in
            json.member("subject", "driver:\(Self.id(driver))")
            json.member("ttl", Self.tokenSeconds)
        }
    }

    func poll(_ driver: DriverBook.Driver) -> ByteBuffer {
        self.post("\(Self.base)/polling", driver.token) { json in
            if let etag = driver.etag { json.member("etag", etag) }
        }
    }

    func chats(_ driver: DriverBook.Driver) -> ByteBuffer {
        self.post("\(Self.base)/messages", driver.token) { json in
            if let etag = driver.etag { json.member("etag", etag) }
            json.member("limit", Int64(100))
        }
    }

    /// The newest page, and every other time one from the middle of what there is.
    func page(_ driver: DriverBook.Driver, of chat: String, limit: Int, turn: Int) -> ByteBuffer {
        self.post("\(Self.base)/\(chat)/messages/list", driver.token) { json in
            json.member("limit", Int64(limit))
            if turn.isMultiple(of: 2), driver.told > 2 { json.member("before", String(driver.told / 2 + 1)) }
        }
    }

    /// An answer to the newest item, or a text when there is none.
    func reply(_ driver: DriverBook.Driver, of number: Int, in chat: String, key: UInt32) -> ByteBuffer {
        self.post("\(Self.base)/\(chat)/reply", driver.token) { json in
            json.member("key", "\(self.run)-\(key)")
            if let copy = driver.newest {
                json.member("replyTo", "driver:\(Self.id(number))/\(copy.seq)")
                json.member("answer", "Yes.")
            } else {
                json.member("text", "On my way.")
            }
        }
    }

    /// The newest item is read; without one the list is empty.
    func status(_ driver: DriverBook.Driver, of number: Int, in chat: String) -> ByteBuffer {
        self.post("\(Self.base)/\(chat)/messages/status", driver.token) { json in
            json.key("statuses")
            json.beginArray()
            if let copy = driver.newest {
                json.beginObject()
                json.member("id", "driver:\(Self.id(number))/\(copy.seq)")
                json.member("status", "read")
                json.endObject()
            }
            json.endArray()
        }
    }

    func item(_ number: Int, to drivers: [Int]) -> ByteBuffer {
        self.post("/v1/feeds/items", self.key) { json in
            json.member("key", "\(self.run)-item-\(number)")
            json.key("tags")
            json.beginArray()
            json.string("news")
            json.endArray()
            json.key("to")
            json.beginObject()
            json.key("drivers")
            json.beginArray()
            for driver in drivers { json.string(Self.id(driver)) }
            json.endArray()
            json.endObject()
            json.member("text", "\(self.run) \(number): " + String(repeating: "The queue is moving. ", count: 4))
            json.member("class", "service")
        }
    }

    func counts(of item: String) -> ByteBuffer {
        ByteBuffer(string: self.head("GET", "/v1/feeds/items/\(item)", self.key) + "\r\n")
    }

    private func post(_ path: String, _ token: String, _ members: (inout JSONWriter) -> Void) -> ByteBuffer {
        var body = ByteBuffer()
        body.writeJSON { json in
            json.beginObject()
            members(&json)
            json.endObject()
        }
        var request = ByteBuffer(
            string: self.head("POST", path, token)
                + "Content-Type: application/json\r\nContent-Length: \(body.readableBytes)\r\n\r\n"
        )
        request.writeBuffer(&body)
        return request
    }

    private func head(_ method: String, _ path: String, _ token: String) -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: \(self.authority)\r\nAuthorization: Bearer \(token)\r\n"
    }
}
