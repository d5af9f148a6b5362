internal import Accounts
internal import Drivers
internal import Engine
private import Foundation
internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore
internal import Primitives
internal import Wire

/// What became of drivers' messages, in numbers (D13).
extension Services {
    static var driverStatsRoutes: [Route] {
        [
            Route(.get, "/v1/stats/drivers", .key(.stats), query: ["from", "to", "tag"]) {
                (services, call) throws(Problem) in try await services.driverStats(call)
            }
        ]
    }

    private func driverStats(_ call: Call) async throws(Problem) -> Response {
        let from = try call.query.instant("from"), to = try call.query.instant("to"), tag = call.query["tag"]
        if let tag, !FeedTag.isTag(tag) { throw Problem(DriverError.badField("tag", expected: "a tag")) }
        let stats = try await driving { () throws(DriverError) in
            try await self.drivers.stats(from: from, to: to, tag: tag)
        }
        return .json { writer in writer.value(stats.json) }
    }
}

extension QueryParameters {
    /// A time in milliseconds, or the first instant of a day of UTC, `YYYY-MM-DD`; nil when it is not given.
    fileprivate func instant(_ name: String) throws(Problem) -> Timestamp? {
        guard let text = self[name] else { return nil }
        if let milliseconds = Int64(text), (0...Timestamp.requestMax).contains(milliseconds),
            text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
        {
            return Timestamp(rawValue: milliseconds)
        }
        guard text.utf8.count == 10, let date = try? Date(text, strategy: .iso8601.year().month().day()),
            date.formatted(.iso8601.year().month().day()) == text
        else {
            let expected = "milliseconds since 1970, or a day as YYYY-MM-DD"
            throw Problem(.badRequest, "The query parameter \"\(name)\" is not \(expected).")
        }
        return Timestamp(rawValue: Int64(date.timeIntervalSince1970) * 1000)
    }
}
