import Accounts
import Disks
import NIOCore
import NIOHTTP1
import NIOPosix

/// Where a running server can be asked: kept in its data directory while it runs.
struct ServerAddress {
    private static let fileName = "server.address"

    let endpoint: Endpoint
    let isTLS: Bool

    /// Notes the address; the next start overwrites it.
    func write(to directory: String, disk: RealDisk) throws(DiskError) {
        let path = "\(directory)/\(Self.fileName)"
        do throws(DiskError) { try disk.remove(path) } catch .notFound {}
        let file = try disk.open(path, .creating)
        try file.write(Array("\(self.isTLS ? "https" : "http") \(self.endpoint)\n".utf8), at: 0)
    }

    /// The address that the last server of this directory noted.
    static func read(_ directory: String, disk: RealDisk) -> ServerAddress? {
        guard let file = try? disk.open("\(directory)/\(Self.fileName)", .reading),
            let bytes = try? file.read(count: 1024, at: 0)
        else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let endpoint = Endpoint(String(words[1])) else { return nil }
        return ServerAddress(endpoint: endpoint, isTLS: words[0] == "https")
    }
}

/// Asks the server that runs on a data directory, with that directory's operator's key.
struct OperatorClient {
    /// What came back.
    struct Answer: Sendable {
        var status: Int
        var body: String
    }

    private let address: ServerAddress
    private let key: OperatorKey

    init(directory: String, environment: [String: String]) throws {
        guard let address = ServerAddress.read(directory, disk: RealDisk())
        else { throw CommandError("No server has noted its address in \(directory).") }
        guard !address.isTLS
        else { throw CommandError("The server speaks TLS: ask it over HTTPS with the operator's key instead.") }
        self.address = address
        self.key = try OperatorKey.load(directory: directory, environment: environment)
    }

    /// Sends a POST without a body.
    func post(_ path: String) async throws -> Answer {
        let head = HTTPRequestHead(
            version: .http1_1,
            method: .POST,
            uri: path,
            headers: [
                "Host": "\(self.address.endpoint)", "Authorization": "Bearer \(self.key.text)", "Content-Length": "0",
                "Connection": "close",
            ]
        )
        let host = self.address.endpoint.host == "0.0.0.0" ? "127.0.0.1" : self.address.endpoint.host
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(5))
            .connect(host: host, port: self.address.endpoint.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>(
                        wrappingChannelSynchronously: channel
                    )
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(.head(head))
            try await outbound.write(.end(nil))
            var answer = Answer(status: 0, body: "")
            for try await part in inbound {
                switch part {
                case .head(let head): answer.status = Int(head.status.code)
                case .body(let body): answer.body += String(buffer: body)
                case .end: return answer
                }
            }
            throw CommandError("The server closed the connection without an answer.")
        }
    }
}

/// What an operator is told when a command cannot do its work.
struct CommandError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
