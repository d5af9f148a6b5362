internal import Engine
internal import NIOCore
internal import Primitives
internal import Providers

/// The product's numbers go to a metrics service (D12, D13).
extension Drivers {
    private static let dayMilliseconds: Int64 = 86_400_000
    /// Days that a service which was away for long still gets.
    private static let daysMax: Int64 = 30

    /// Sends the days from the last one that the service has, which may have grown, to today.
    func sendMetrics(_ task: DurableTask) async -> TaskResult {
        await self.visit(task, .metrics) { (sender, visit) async throws(DriverError) -> CallResult in
            let today = self.engine.time.now().rawValue / Self.dayMilliseconds
            let first = max(visit.cursor.flatMap { Int64($0) } ?? today, today - Self.daysMax)
            let stats = try await self.stats(
                from: Timestamp(rawValue: first * Self.dayMilliseconds),
                to: Timestamp(rawValue: (today + 1) * Self.dayMilliseconds),
                tag: nil
            )
            let body = ByteBuffer(bytes: DocumentJSON.encode(stats.json))
            let result = await self.outside.call(sender.name, OutsideRequest(.post, body: body))
            if case .answered = result { visit.cursor = String(today) }
            return result
        }
    }
}
