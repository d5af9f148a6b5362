internal import NIOCore
internal import Primitives

/// Calls to services of the generic kinds.
extension Outside {
    /// How one attempt of a call ended.
    private enum Attempt {
        case over(CallResult)
        /// Another attempt may succeed.
        case again(String)
        /// Another attempt fares no better, but one at another time may.
        case later(String)
    }

    /// Asks a service, a few times if need be; the answer comes within 40 seconds.
    package func call(_ name: String, _ request: OutsideRequest) async -> CallResult {
        guard let way = self.way(name), let endpoint = way.sender.endpoint, way.pushes == nil else {
            return .unknownSender
        }
        let clock = ContinuousClock()
        let end = clock.now + Self.callTimeMax
        var number = 1, reason: String?
        while true {
            let admission: Way.Admission
            switch way.enter(at: self.time.now()) {
            case .notBefore(let instant):
                return reason.map { .failed($0, retryAt: instant) } ?? .notTried(until: instant)
            case .go(let admitted): admission = admitted
            }
            let timeout = min(way.sender.timeout, end - clock.now)
            let attempt = await self.attempt(request, at: endpoint, by: way, admission, within: timeout)
            let failure: String
            switch attempt {
            case .over(let result): return result
            case .later(let text): return self.failed(text, after: number, by: way)
            case .again(let text): failure = text
            }
            let delay = way.delay(after: number)
            guard number < way.sender.attempts, clock.now + delay < end, await Self.wait(delay) else {
                return self.failed(failure, after: number, by: way)
            }
            number += 1
            reason = failure
        }
    }

    /// One attempt, from the gate and back.
    private func attempt(
        _ request: OutsideRequest,
        at endpoint: Endpoint,
        by way: Way,
        _ admission: Way.Admission,
        within timeout: Duration
    ) async -> Attempt {
        let outgoing: OutgoingRequest
        do throws(SecretFault) {
            outgoing = try self.outgoing(request, at: endpoint, way.sender)
        } catch {
            let reason = error.description
            way.leave(admission, Way.Report(outcome: .neutral, result: .unsent, reason: reason), at: self.time.now())
            return .later(reason)
        }
        let clock = ContinuousClock(), start = clock.now
        let result = await self.exchange.send(outgoing, within: timeout)
        let took = clock.now - start, now = self.time.now()
        switch result {
        case .failure(let fault):
            way.leave(admission, Way.Report(fault, took: took), at: now)
            return fault.isWorthRepeating ? .again(fault.reason) : .later(fault.reason)
        case .success(let answer):
            let verdict = Verdict(status: answer.status)
            way.leave(admission, Way.Report(verdict, answer, took: took, at: now), at: now)
            switch verdict {
            case .answered:
                let etag = answer.header("etag")
                return .over(.answered(OutsideAnswer(status: answer.status, etag: etag, body: answer.body)))
            case .refused(let reason):
                return .over(
                    .refused(status: answer.status, detail: answer.body.readableBytes > 0 ? answer.reason : reason)
                )
            case .throttled(let reason): return .later(reason)
            case .busy(let reason), .failed(let reason): return .again(reason)
            }
        }
    }

    private func outgoing(
        _ request: OutsideRequest,
        at endpoint: Endpoint,
        _ sender: Sender
    ) throws(SecretFault) -> OutgoingRequest {
        let given = Set(request.headers.keys.map { $0.lowercased() })
        var headers = request.headers.map { (name: $0.key, value: $0.value) }
        headers += sender.headers.filter { !given.contains($0.key.lowercased()) }.map {
            (name: $0.key, value: $0.value)
        }
        if request.body != nil, !given.contains("content-type") {
            headers.append((name: "content-type", value: "application/json"))
        }
        if case .bearer(let source) = sender.credentials {
            headers.append((name: "authorization", value: "Bearer \(try self.secrets.line(of: source))"))
        }
        return OutgoingRequest(
            url: endpoint.url(request.path, query: request.query),
            method: request.method.rawValue,
            headers: headers,
            body: request.body.map { Array($0.readableBytesView) }
        )
    }

    private func failed(_ reason: String, after number: Int, by way: Way) -> CallResult {
        .failed(reason, retryAt: way.comeAgain(after: number, at: self.time.now()))
    }

    /// Whether the time has passed; false when whoever asked gives up.
    private static func wait(_ delay: Duration) async -> Bool { (try? await Task.sleep(for: delay)) != nil }
}

extension ExchangeFault {
    /// Whether the same request may fare better at once.
    fileprivate var isWorthRepeating: Bool {
        switch self {
        case .timedOut, .unreachable: true
        case .tooLarge, .malformed, .cancelled: false
        }
    }
}

extension Way.Report {
    /// No usable answer came.
    init(_ fault: ExchangeFault, took: Duration) {
        let reason = fault.reason
        switch fault {
        case .timedOut: self.init(outcome: .failed(until: nil), result: .timedOut, reason: reason, took: took)
        case .unreachable: self.init(outcome: .failed(until: nil), result: .failed, reason: reason, took: took)
        case .tooLarge: self.init(outcome: .alive, result: .failed, reason: reason, took: took)
        case .malformed, .cancelled: self.init(outcome: .neutral, result: .unsent, reason: reason)
        }
    }

    /// An answer to a call came.
    init(_ verdict: Verdict, _ answer: IncomingAnswer, took: Duration, at now: Timestamp) {
        switch verdict {
        case .answered: self.init(outcome: .alive, result: .accepted, took: took)
        case .refused: self.init(outcome: .alive, result: .refused, reason: answer.reason, took: took)
        case .throttled:
            let outcome = Gate.Outcome.throttled(until: answer.retryAfter(at: now))
            self.init(outcome: outcome, result: .throttled, reason: answer.reason, took: took)
        case .busy: self.init(outcome: .alive, result: .failed, reason: answer.reason, took: took)
        case .failed:
            let outcome = Gate.Outcome.failed(until: answer.retryAfter(at: now))
            self.init(outcome: outcome, result: .failed, reason: answer.reason, took: took)
        }
    }
}

extension IncomingAnswer {
    /// The instant before which the service wants no other request.
    func retryAfter(at now: Timestamp) -> Timestamp? {
        self.header("retry-after").flatMap { RetryAfter.instant($0, at: now) }
    }
}
