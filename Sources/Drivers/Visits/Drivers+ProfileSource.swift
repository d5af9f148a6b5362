internal import Engine
internal import NIOCore
internal import Policies
internal import Primitives
internal import Providers

/// What is known of drivers comes from the organisation's own service (D12, `driver-communication-info-updater`).
extension Drivers {
    /// Pages taken in one visit; more follow with the next.
    private static let pagesMax = 20

    /// Takes what changed since the last visit; each page is kept before the next one is asked for.
    func updateProfiles(_ task: DurableTask) async -> TaskResult {
        await self.visit(task, .profiles) { (sender, visit) async throws(DriverError) -> CallResult in
            var result = CallResult.unknownSender
            for _ in 0..<Self.pagesMax {
                let query = visit.cursor.map { [(name: "after", value: $0)] } ?? []
                result = await self.outside.call(sender.name, OutsideRequest(.get, query: query))
                guard case .answered(let answer) = result, answer.status == 200,
                    let page = DocumentJSON.decode(ProfilePage.self, from: Array(buffer: answer.body))
                else { return result }
                for driver in page.drivers { try await self.keep(driver) }
                guard let next = page.next, next != visit.cursor else { return result }
                visit.cursor = next
                if page.drivers.isEmpty { return result }
            }
            return result
        }
    }

    private func keep(_ driver: ProfilePage.Driver) async throws(DriverError) {
        guard let address = Address(kind: .driver, id: driver.id) else { return }
        let value = DocumentJSON.encode(driver.attributes)
        try await asking { () throws(EngineError) in
            let known = try await self.engine.document(.profiles, address.description)
            guard known?.value != value else { return }
            try await self.engine.put(.profiles, address.description, value: value, expecting: .anything)
        }
    }
}

/// What a profile service answers.
private struct ProfilePage: Decodable {
    struct Driver: Decodable {
        var id: String
        var attributes: [String: JSONValue]
    }

    var drivers: [Driver]
    /// Where the list goes on, and the next visit with it.
    var next: String?
}
