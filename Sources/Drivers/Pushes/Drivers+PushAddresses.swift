internal import Engine
package import Primitives
package import Providers

/// The devices to which a driver's pushes go (D10).
extension Drivers {
    /// How often a document that others change is read anew.
    private static let roundsMax = 8
    private static let tokenBytes = 1...4096

    /// Takes a device in; durable when it answers its id.
    package func addDevice(
        _ target: PushAddress.Target,
        of driver: Address,
        by sender: String
    ) async throws(DriverError) -> String {
        guard let kind = self.configurations.active.senders[sender]?.kind, kind.takesPushes else {
            throw .badField("sender", expected: "the name of a sender that takes pushes")
        }
        try Self.check(target, for: kind)
        let device = PushDevice(
            sender: sender,
            address: PushAddress(target, registeredAt: self.engine.time.now())
        )
        try await self.changeDevices(of: driver) { $0.add(device) }
        return device.id
    }

    /// Forgets a device; one that is not there is forgotten already.
    package func removeDevice(_ id: String, of driver: Address) async throws(DriverError) {
        try await self.changeDevices(of: driver) { $0.remove(id) }
    }

    /// The devices of a driver, the newest last.
    package func devices(of driver: Address) async throws(DriverError) -> [PushDevice] {
        let document = try await asking { () throws(EngineError) in
            try await self.engine.document(.pushAddresses, driver.description)
        }
        return PushAddressDocument(document).entries
    }

    private static func check(_ target: PushAddress.Target, for kind: SenderKind) throws(DriverError) {
        switch target {
        case .token(let token):
            guard kind != .webpush else { throw .badField("subscription", expected: "what the browser gave") }
            guard Self.tokenBytes.contains(token.utf8.count) else {
                throw .badField("token", expected: "1 to \(Self.tokenBytes.upperBound) bytes")
            }
        case .subscription(let subscription):
            guard kind == .webpush else { throw .badField("token", expected: "what the device gave") }
            guard Self.tokenBytes.contains(subscription.endpoint.utf8.count), subscription.p256dh.utf8.count <= 128,
                subscription.auth.utf8.count <= 64
            else { throw .badField("subscription", expected: "an endpoint and two keys") }
        }
    }

    private func changeDevices(
        of driver: Address,
        _ change: (inout PushAddressDocument) -> Void
    ) async throws(DriverError) {
        for _ in 0..<Self.roundsMax {
            let document = try await asking { () throws(EngineError) in
                try await self.engine.document(.pushAddresses, driver.description)
            }
            let known = PushAddressDocument(document)
            var changed = known
            change(&changed)
            guard changed != known else { return }
            do throws(EngineError) {
                try await self.engine.put(
                    .pushAddresses,
                    driver.description,
                    value: changed.encoded,
                    expecting: document.map { .version($0.version) } ?? .absent
                )
                return
            } catch {
                guard error == .conflict else { throw .engine(error) }
            }
        }
        throw .engine(.conflict)
    }
}
