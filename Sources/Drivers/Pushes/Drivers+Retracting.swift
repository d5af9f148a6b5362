internal import Engine
internal import Primitives
internal import Providers

/// Whatever is read anywhere, or taken back, leaves every device: the push, and its part of the badge.
extension Drivers {
    func retract(_ task: DurableTask) async -> TaskResult {
        guard let work = FollowUpTask(task), let newest = work.messages.last else { return .done }
        let now = self.engine.time.now()
        guard now < newest.at + Self.pushAgeMax else { return .done }
        do throws(DriverError) {
            let devices = try await self.devices(of: work.mailbox)
            let standing = try await asking { () throws(EngineError) in
                try await self.engine.standing(of: newest.seq, of: work.mailbox)
            }
            return await self.retract(work, from: devices, unread: standing.unread)
        } catch {
            return .retry(now + Self.retryDelay)
        }
    }

    /// Only what no service was asked for is tried again: taking back twice is told as little as pushing twice.
    private func retract(_ work: FollowUpTask, from devices: [PushDevice], unread: Int) async -> TaskResult {
        var untriedCount = 0, triedCount = 0, reopening: Timestamp?
        for message in work.messages {
            let id = "\(work.mailbox)/\(message.seq)"
            let retraction = PushMessage(id: id, badge: unread, data: ["message": id], isRetraction: true)
            for device in devices {
                switch await self.outside.push(device.sender, retraction, to: device.address) {
                case .notTried(let until):
                    untriedCount += 1
                    reopening = min(reopening ?? until, until)
                case .addressDead: try? await self.removeDevice(device.id, of: work.mailbox)
                case .accepted, .refused, .failed, .unknownSender: triedCount += 1
                }
            }
        }
        guard triedCount == 0, untriedCount > 0, let reopening else { return .done }
        return .retry(reopening)
    }
}
