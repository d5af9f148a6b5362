#if canImport(FoundationEssentials)
private import FoundationEssentials
#else
private import Foundation
#endif

/// A report as its JSON document keeps it, with what a comparison looks at.
package struct ReportDocument: Equatable, Sendable, Decodable {
    struct Figure: Equatable, Sendable, Decodable {
        var value: Double
        var unit: String
    }

    struct Distribution: Equatable, Sendable, Decodable {
        var count: UInt64
        /// Nanoseconds, by the percentile's name.
        var percentiles: [String: UInt64]
        /// Pairs of a percentile and nanoseconds, for plots.
        var curve: [[Double]]?
    }

    /// Under which a suite ran it.
    var name: String?
    var `case`: String
    var sound: Bool
    var parameters: [String: Report.Value]
    var figures: [String: Figure]
    var latencies: [String: Distribution]

    /// What tells it from other results.
    package var label: String { self.name ?? self.case }

    /// Reads a document; nil when it is none of the bench's.
    package init?(json: [UInt8]) {
        guard let read = try? JSONDecoder().decode(Self.self, from: Data(json)) else { return nil }
        self = read
    }
}

extension Report.Value: Decodable {
    /// Reads a value back; every number as `real`.
    package init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let boolean = try? value.decode(Bool.self) {
            self = .boolean(boolean)
        } else if let number = try? value.decode(Double.self) {
            self = .real(number)
        } else {
            self = .text(try value.decode(String.self))
        }
    }
}
