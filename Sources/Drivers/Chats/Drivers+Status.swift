package import Engine
package import Primitives

extension Drivers {
    /// Statuses in one call.
    package static let statusCountMax = 1000

    /// Notes how far messages have got (D5); the answer is how many of them are this driver's.
    ///
    /// A status never goes back: what is read stays read.
    package func mark(_ marks: [MessageMark], of driver: Address, in chat: String) async throws(DriverError) -> Int {
        guard marks.count <= Self.statusCountMax else {
            throw .tooMany(field: "statuses", countMax: Self.statusCountMax)
        }
        let (_, view) = try await self.news(of: driver)
        _ = try Self.place(of: chat, in: view)
        guard !marks.isEmpty else { return 0 }
        let followUps = self.configurations.active.work.marks
        return try await asking { () throws(EngineError) in
            try await self.engine.mark(marks, of: driver, followUps: followUps)
        }
    }
}
