internal import Primitives

/// Pushes.
extension Outside {
    /// Hands one push to its service, by one request at most; nothing here repeats it.
    package func push(_ name: String, _ push: PushMessage, to address: PushAddress) async -> PushResult {
        guard let way = self.way(name), let service = way.pushes else { return .unknownSender }
        let now = self.time.now()
        if let expiresAt = push.expiresAt, expiresAt <= now { return .refused("it has expired") }
        let admission: Way.Admission
        switch way.enter(service.peer(of: address), at: now) {
        case .notBefore(let instant): return .notTried(until: instant)
        case .go(let admitted): admission = admitted
        }
        switch await service.request(for: push, to: address, at: now) {
        case .failure(let obstacle):
            let (result, report) = Self.outcome(of: obstacle)
            way.leave(admission, report, at: self.time.now())
            return result
        case .success(let request):
            let clock = ContinuousClock(), start = clock.now
            let result = await self.exchange.send(request, within: way.sender.timeout)
            return await self.settle(result, of: request, to: address, by: way, admission, took: clock.now - start)
        }
    }

    private func settle(
        _ result: Result<IncomingAnswer, ExchangeFault>,
        of request: OutgoingRequest,
        to address: PushAddress,
        by way: Way,
        _ admission: Way.Admission,
        took: Duration
    ) async -> PushResult {
        let now = self.time.now()
        switch result {
        case .failure(let fault):
            way.leave(admission, Way.Report(fault, took: took), at: now)
            return .failed(fault.reason)
        case .success(let answer):
            let verdict = way.pushes?.verdict(on: answer, to: address) ?? .refused("no service")
            way.leave(admission, Way.Report(verdict, answer, took: took, at: now), at: now)
            if case .failed(_, .token) = verdict { await way.pushes?.tokenRefused(in: request) }
            return PushResult(verdict)
        }
    }

    /// What it means that no request was made.
    private static func outcome(of obstacle: PushObstacle) -> (PushResult, Way.Report) {
        switch obstacle {
        case .dead(let reason):
            (.addressDead(reason), Way.Report(outcome: .neutral, result: .addressDead, reason: reason))
        case .refused(let reason):
            (.refused(reason), Way.Report(outcome: .neutral, result: .refused, reason: reason))
        case .secret(let fault):
            (.failed(fault.description), Way.Report(outcome: .neutral, result: .unsent, reason: fault.description))
        case .bearer(let fault):
            (.failed(fault.reason), Way.Report(outcome: fault.outcome, result: .unsent, reason: fault.reason))
        }
    }

    /// How pushes are said to a sender; nil for the generic kinds.
    func pushService(of sender: Sender) -> (any PushService)? {
        switch (sender.kind, sender.credentials, sender.endpoint) {
        case (.fcm, .fcm(let project, let account, let tokenURL), let endpoint?):
            FCMService(
                endpoint: endpoint,
                project: project,
                account: account,
                secrets: self.secrets,
                keeper: self.accessTokens(for: sender, at: tokenURL)
            )
        case (.apns, .apns(let key, let keyID, let teamID, let topic), let endpoint?):
            APNSService(
                endpoint: endpoint,
                topic: topic,
                key: key,
                secrets: self.secrets,
                keeper: BearerKeeper(time: self.time, backoff: sender.backoff) { [time] secret in
                    await APNSService.bearer(secret: secret, keyID: keyID, teamID: teamID, now: time.now())
                }
            )
        case (.webpush, .webpush(let key, let subject, let hosts), _):
            WebPushService(key: key, hosts: hosts, secrets: self.secrets, tokens: ServerTokens(subject: subject))
        case (.push, let credentials, let endpoint?):
            PushGateway(
                endpoint: endpoint,
                headers: sender.headers,
                authorization: credentials.secret,
                secrets: self.secrets
            )
        default: nil
        }
    }

    /// Access tokens of a service account, by a request of their own.
    private func accessTokens(for sender: Sender, at tokenURL: Endpoint?) -> BearerKeeper {
        BearerKeeper(time: self.time, backoff: sender.backoff) { [time, exchange] secret in
            let request: OutgoingRequest
            do throws(SecretFault) {
                request = try await ServiceAccount(secret: secret).request(at: tokenURL, now: time.now())
            } catch {
                return .failure(.secret(error))
            }
            switch await exchange.send(request, within: min(sender.timeout, Self.tokenTimeMax)) {
            case .failure(let fault): return .failure(.failed(fault.reason))
            case .success(let answer): return ServiceAccount.bearer(in: answer, secret: secret, now: time.now())
            }
        }
    }
}

extension BearerFault {
    /// A token service that cannot be asked is a service that cannot be reached.
    fileprivate var outcome: Gate.Outcome {
        switch self {
        case .secret, .refused: .neutral
        case .failed: .failed(until: nil)
        }
    }
}

extension PushResult {
    init(_ verdict: PushVerdict) {
        switch verdict {
        case .accepted(let id): self = .accepted(id: id)
        case .dead(let reason): self = .addressDead(reason)
        case .refused(let reason): self = .refused(reason)
        case .failed(let reason, _): self = .failed(reason)
        }
    }
}

extension Way.Report {
    /// An answer to a push came.
    init(_ verdict: PushVerdict, _ answer: IncomingAnswer, took: Duration, at now: Timestamp) {
        switch verdict {
        case .accepted: self.init(outcome: .alive, result: .accepted, took: took)
        case .dead(let reason): self.init(outcome: .alive, result: .addressDead, reason: reason, took: took)
        case .refused(let reason): self.init(outcome: .alive, result: .refused, reason: reason, took: took)
        case .failed(let reason, .ofOne), .failed(let reason, .token):
            self.init(outcome: .alive, result: .failed, reason: reason, took: took)
        case .failed(let reason, .pause):
            let outcome = Gate.Outcome.throttled(until: answer.retryAfter(at: now))
            self.init(outcome: outcome, result: .throttled, reason: reason, took: took)
        case .failed(let reason, .service):
            let outcome = Gate.Outcome.failed(until: answer.retryAfter(at: now))
            self.init(outcome: outcome, result: .failed, reason: reason, took: took)
        }
    }
}
