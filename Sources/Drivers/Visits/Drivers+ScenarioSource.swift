internal import Engine
internal import NIOCore
internal import Primitives
internal import Providers

/// Scenarios come from their author's service, and are played without it (D11).
extension Drivers {
    /// Asks for the document `scenarios`, and puts one that is new and whole into effect; a faulty one changes nothing.
    func getScenarios(_ task: DurableTask) async -> TaskResult {
        await self.visit(task, .scenarios) { (sender, visit) async throws(DriverError) -> CallResult in
            let headers = visit.etag.map { ["If-None-Match": $0] } ?? [:]
            let result = await self.outside.call(sender.name, OutsideRequest(.get, headers: headers))
            guard case .answered(let answer) = result, answer.status == 200 else { return result }
            let text = Array(buffer: answer.body)
            if text != self.configurations.document(.scenarios).text {
                do throws(DriverError) {
                    _ = try await self.configurations.put(.scenarios, text, replacing: nil)
                } catch {
                    // What cannot be played is looked at again with each visit, until its author mends it.
                    guard case .engine = error else { return result }
                    throw error
                }
            }
            visit.etag = answer.etag
            return result
        }
    }
}
