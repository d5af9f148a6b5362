internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// One HTTP request as it leaves.
struct OutgoingRequest: Equatable, Sendable {
    var url: String
    var method = "POST"
    var headers: [(name: String, value: String)] = []
    var body: [UInt8]?

    static func == (left: OutgoingRequest, right: OutgoingRequest) -> Bool {
        left.url == right.url && left.method == right.method && left.body == right.body
            && left.headers.elementsEqual(right.headers, by: ==)
    }
}

/// What came back.
struct IncomingAnswer: Equatable, Sendable {
    var status: Int
    var headers: HTTPHeaders = [:]
    var body = ByteBuffer()

    /// The first value of a header.
    func header(_ name: String) -> String? { self.headers.first(name: name) }

    /// What an operator reads of an answer that was not wanted.
    var reason: String {
        self.body.readableBytes == 0 ? String(self.status) : "\(self.status) \(self.excerpt)"
    }

    /// The beginning of the body as a text for people.
    private var excerpt: String {
        let text = String(decoding: self.body.readableBytesView.prefix(200), as: UTF8.self)
        return String(text.map { $0.isNewline || $0.isWhitespace ? " " : $0 })
    }
}

/// Why nothing usable came back.
enum ExchangeFault: Error, Equatable, Sendable {
    case timedOut
    /// No connection, or one that broke.
    case unreachable(String)
    case tooLarge(bytesMax: Int)
    /// The request could not be made.
    case malformed(String)
    /// Whoever asked does not wait any more, or the server stops.
    case cancelled

    var reason: String {
        switch self {
        case .timedOut: "timed out"
        case .unreachable(let reason): "unreachable: \(reason)"
        case .tooLarge(let bytesMax): "the answer has more than \(bytesMax) bytes"
        case .malformed(let reason): "the request cannot be made: \(reason)"
        case .cancelled: "cancelled"
        }
    }
}

/// One request and its answer: the only place that knows the HTTP client.
///
/// The client repeats nothing and follows nothing: what is tried again is decided above.
struct Exchange: Sendable {
    static let bodyBytesMax = 1 << 20

    let client: HTTPClient

    /// Sends a request once; the time is for all of it, from the look-up of the name to the last byte of the answer.
    func send(_ outgoing: OutgoingRequest, within timeout: Duration) async -> Result<IncomingAnswer, ExchangeFault> {
        guard !Task.isCancelled else { return .failure(.cancelled) }
        do {
            let request = try HTTPClient.Request(
                url: outgoing.url,
                method: HTTPMethod(rawValue: outgoing.method),
                headers: HTTPHeaders(outgoing.headers.map { ($0.name, $0.value) }),
                body: outgoing.body.map { .bytes($0) }
            )
            // Not `execute(_:deadline:) async`: its deadline ends with the head of the answer.
            let task = self.client.execute(
                request: request,
                delegate: ResponseAccumulator(request: request, maxBodySize: Self.bodyBytesMax),
                deadline: .now() + .milliseconds(timeout.milliseconds)
            )
            let response = try await withTaskCancellationHandler {
                try await task.futureResult.get()
            } onCancel: {
                task.cancel()
            }
            return .success(
                IncomingAnswer(
                    status: Int(response.status.code),
                    headers: response.headers,
                    body: response.body ?? ByteBuffer()
                )
            )
        } catch {
            return .failure(Self.fault(error))
        }
    }

    private static func fault(_ error: any Error) -> ExchangeFault {
        if error is ResponseAccumulator.ResponseTooBigError { return .tooLarge(bytesMax: Self.bodyBytesMax) }
        guard let error = error as? HTTPClientError else {
            return .unreachable(String("\(error)".prefix(200)))
        }
        switch error {
        case .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .tlsHandshakeTimeout,
            .getConnectionFromPoolTimeout:
            return .timedOut
        case .cancelled, .alreadyShutdown: return .cancelled
        case .remoteConnectionClosed: return .unreachable("the connection was closed")
        case .invalidURL, .emptyHost, .emptyScheme: return .malformed(error.shortDescription)
        default:
            let text = error.shortDescription
            return text.hasPrefix("Invalid header") ? .malformed(text) : .unreachable(text)
        }
    }
}
