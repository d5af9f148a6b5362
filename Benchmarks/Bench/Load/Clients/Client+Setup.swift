internal import Frames
internal import NIOCore

/// From the upgrade to the last subscription.
extension Client {
    /// Takes bytes of the answer to the upgrade; what follows it, once it is whole.
    func upgraded(by bytes: inout ByteBuffer) throws(BenchError) -> ByteBuffer? {
        self.upgrade.writeBuffer(&bytes)
        guard let end = self.upgrade.offset(of: HTTPHead.end) else {
            guard self.upgrade.readableBytes < Self.headBytesMax else { throw .upgradeRefused("its answer has no end") }
            return nil
        }
        guard let head = self.upgrade.readSlice(length: end + 4), head.has(HTTPHead.switching, at: 0),
            head.offset(of: ClientProfile.acceptValue) != nil
        else { throw .upgradeRefused(Self.line(self.upgrade)) }
        self.isDeflating = self.profile.deflater != nil && head.offset(of: HTTPHead.deflate) != nil
        var rest = ByteBuffer()
        swap(&rest, &self.upgrade)
        self.phase = .settingUp(answers: 1)
        let known = self.isResuming ? self.streams.indices.filter { self.isServerSide[$0] }.map(self.known) : []
        self.append(self.profile.encoding.connect(id: 1, token: self.token, known: known))
        self.flush()
        return rest
    }

    /// The first line of an answer.
    private static func line(_ answer: ByteBuffer) -> String {
        String(String(buffer: answer).prefix { $0 != "\r\n" })
    }

    /// Takes the answer to `connect`, id 1, or to the subscription with id 2 + place.
    func setUp(_ bytes: ByteBuffer, _ start: Int, _ count: Int) {
        guard case .settingUp(var answers) = self.phase,
            let message = bytes.getSlice(at: bytes.readerIndex + start, length: count),
            let reply = SetupReply(message, encoding: self.profile.encoding)
        else { return }
        if let refusal = reply.refusal {
            self.fail(.commandRefused(code: refusal.code, message: refusal.message))
            return
        }
        answers -= 1
        if reply.id == 1 {
            answers += self.subscribe(beyond: reply.subscriptions)
        } else if self.checkers.indices.contains(Int(reply.id) - 2) {
            self.begin(Int(reply.id) - 2, reply.subscription)
        }
        self.phase = answers > 0 ? .settingUp(answers: answers) : .ready
        guard answers == 0 else { return }
        self.wasReady = true
        self.observer?.ready(self)
    }

    /// Follows the streams that the server does not follow of itself; how many those are.
    private func subscribe(beyond subscriptions: [String: Subscription]) -> Int {
        var asked = 0
        for (place, stream) in self.streams.enumerated() {
            let channel = self.profile.channels[stream]
            if let subscription = subscriptions[channel] {
                self.isServerSide[place] = true
                self.begin(place, subscription)
            } else {
                let known = self.isResuming ? self.known(place) : nil
                self.append(self.profile.encoding.subscribe(id: UInt32(2 + place), channel: channel, known: known))
                asked += 1
            }
        }
        return asked
    }

    /// What is known of a stream from the session before.
    private func known(_ place: Int) -> KnownPosition {
        KnownPosition(
            channel: self.profile.channels[self.streams[place]],
            epoch: self.epochs[place],
            offset: self.checkers[place].last
        )
    }

    /// A subscription stands: from its offset, or with what was missed since the last session.
    private func begin(_ place: Int, _ subscription: Subscription) {
        let hasKnown = self.isResuming && !self.epochs[place].isEmpty
        self.epochs[place] = subscription.epoch
        guard hasKnown, subscription.isRecovered else {
            let skipped = hasKnown ? subscription.offset - min(subscription.offset, self.checkers[place].last) : 0
            self.checkers[place] = SequenceChecker(base: subscription.offset)
            if hasKnown { self.observer?.unrecovered(skipped, by: self) }
            return
        }
        self.observer?.recovered(subscription.missed, place: place, head: subscription.offset, by: self)
    }

    private static let headBytesMax = 16 << 10
}
