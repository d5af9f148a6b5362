internal import Frames
internal import NIOCore

/// From the upgrade to the last subscription.
extension Client {
    /// Takes bytes of the answer to the upgrade; what follows it, once it is whole.
    func upgraded(by bytes: inout ByteBuffer) throws(BenchError) -> ByteBuffer? {
        self.upgrade.writeBuffer(&bytes)
        let text = String(buffer: self.upgrade)
        guard let end = text.utf8.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else {
            guard self.upgrade.readableBytes < Self.headBytesMax else { throw .upgradeRefused("its answer has no end") }
            return nil
        }
        let head = text[..<end]
        let status = head.prefix { $0 != "\r\n" }
        guard status.hasPrefix("HTTP/1.1 101"), head.contains(ClientProfile.acceptValue) else {
            throw .upgradeRefused(String(status))
        }
        self.isDeflating = head.lowercased().contains("permessage-deflate")
        self.upgrade.moveReaderIndex(forwardBy: head.utf8.count)
        var rest = ByteBuffer()
        swap(&rest, &self.upgrade)
        self.phase = .settingUp(answers: 1)
        self.append(self.profile.encoding.connect(id: 1, token: self.token))
        self.flush()
        return rest
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
            answers += self.subscribe(beyond: reply.positions)
        } else if self.checkers.indices.contains(Int(reply.id) - 2) {
            self.checkers[Int(reply.id) - 2] = SequenceChecker(base: reply.offset)
        }
        self.phase = answers > 0 ? .settingUp(answers: answers) : .ready
        if answers == 0 { self.observer?.ready(self) }
    }

    /// Follows the streams that the server does not follow of itself; how many those are.
    private func subscribe(beyond positions: [String: UInt64]) -> Int {
        var asked = 0
        for (place, stream) in self.streams.enumerated() {
            let channel = self.profile.channels[stream]
            if let offset = positions[channel] {
                self.checkers[place] = SequenceChecker(base: offset)
            } else {
                self.append(self.profile.encoding.subscribe(id: UInt32(2 + place), channel: channel))
                asked += 1
            }
        }
        return asked
    }

    private static let headBytesMax = 16 << 10
}
