internal import Engine
internal import Primitives
internal import Providers

/// Pushes (D10): one attempt for a message and device, never two; polling is the safety net.
extension Drivers {
    /// How long a live connection has to bring a message, before a push does.
    private static let liveGrace: Duration = .seconds(10)
    /// A message that is older is found by polling, and a device has forgotten its push.
    static let pushAgeMax: Duration = .seconds(24 * 3600)

    /// What is to become of a push.
    private enum Plan {
        case wait(Timestamp)
        /// Nobody needs it.
        case drop
        /// Nobody can be reached.
        case fail(item: String)
        case send(PushMessage, item: String, to: [PushDevice])
    }

    func push(_ task: DurableTask) async -> TaskResult {
        // Given out before, and not put off: the process ended in between, and nobody knows what the provider has.
        guard task.attempts == 1, let work = FollowUpTask(task), let message = work.messages.first else { return .done }
        let driver = work.mailbox
        let plan: Plan
        do throws(DriverError) {
            plan = try await self.plan(message, for: driver)
        } catch {
            return .postponed(self.engine.time.now() + Self.retryDelay)
        }
        switch plan {
        case .wait(let until): return .postponed(until)
        case .drop: return .done
        case .fail(let item):
            try? await self.engine.pushFailed(item, of: driver)
            return .done
        case .send(let push, let item, let devices):
            return await self.send(push, item, message, to: devices, of: driver)
        }
    }

    private func plan(_ followed: FollowedMessage, for driver: Address) async throws(DriverError) -> Plan {
        let now = self.engine.time.now()
        if self.engine.isOnHold { return .wait(now + Self.retryDelay) }
        let standing = try await asking { () throws(EngineError) in
            try await self.engine.standing(of: followed.seq, of: driver)
        }
        guard let marks = standing.marks, marks.isUnread, marks.isDisjoint(with: [.delivered, .pushed]) else {
            return .drop
        }
        let liveUntil = followed.at + Self.liveGrace
        if standing.isFollowed, now < liveUntil { return .wait(liveUntil) }
        var found = standing.message
        if found == nil { found = try await self.message(followed.seq, of: driver) }
        guard let message = found, let id = MessageContent(message.body).itemID,
            let item = try await self.item(id), let push = item.push, !item.isCancelled
        else { return .drop }
        guard message.expiresAt.map({ $0 > now }) ?? true, now < followed.at + Self.pushAgeMax else {
            return .fail(item: id)
        }
        let devices = try await self.devices(of: driver).filter { self.configurations.active.senders[$0.sender] != nil }
        guard !devices.isEmpty else { return .fail(item: id) }
        let shown = PushMessage(
            id: "\(driver)/\(followed.seq)",
            title: push.title,
            body: push.body,
            badge: standing.unread,
            data: ["message": "\(driver)/\(followed.seq)", "item": id],
            expiresAt: message.expiresAt,
            urgency: item.messageClass == "critical" ? .high : .normal
        )
        return .send(shown, item: id, to: devices)
    }

    /// Sends a push to each device once; what a closed service keeps from all of them waits.
    private func send(
        _ push: PushMessage,
        _ item: String,
        _ message: FollowedMessage,
        to devices: [PushDevice],
        of driver: Address
    ) async -> TaskResult {
        var acceptedCount = 0, untriedCount = 0, dead: [String] = [], reopening: Timestamp?
        for device in devices {
            switch await self.outside.push(device.sender, push, to: device.address) {
            case .accepted: acceptedCount += 1
            case .addressDead: dead.append(device.id)
            case .notTried(let until):
                untriedCount += 1
                reopening = min(reopening ?? until, until)
            case .refused, .failed, .unknownSender: break
            }
        }
        if untriedCount == devices.count, let reopening, reopening < message.at + Self.pushAgeMax {
            return .postponed(reopening)
        }
        for id in dead { try? await self.removeDevice(id, of: driver) }
        if acceptedCount > 0 {
            let mark = MessageMark(seq: message.seq, marks: .pushed)
            let followUps = self.configurations.active.work.marks
            _ = try? await self.engine.mark([mark], of: driver, followUps: followUps)
        } else {
            try? await self.engine.pushFailed(item, of: driver)
        }
        return .done
    }
}
