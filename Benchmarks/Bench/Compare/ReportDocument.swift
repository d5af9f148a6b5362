#if canImport(FoundationEssentials)
private import FoundationEssentials
#else
private import Foundation
#endif

/// A report as its JSON document keeps it, with what a comparison looks at.
package struct ReportDocument: Equatable, Sendable, Decodable {
    /// A parameter's value.
    enum Scalar: Equatable, Sendable, Decodable {
        case boolean(Bool)
        case number(Double)
        case text(String)

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let boolean = try? value.decode(Bool.self) {
                self = .boolean(boolean)
            } else if let number = try? value.decode(Double.self) {
                self = .number(number)
            } else {
                self = .text(try value.decode(String.self))
            }
        }

        var description: String {
            switch self {
            case .boolean(let value): value ? "yes" : "no"
            case .number(let number): Numbers.decimal(number, places: number == number.rounded() ? 0 : 2)
            case .text(let text): text
            }
        }
    }

    struct Figure: Equatable, Sendable, Decodable {
        var value: Double
        var unit: String
    }

    struct Distribution: Equatable, Sendable, Decodable {
        var count: UInt64
        /// Nanoseconds, by the percentile's name.
        var percentiles: [String: UInt64]
    }

    var `case`: String
    var sound: Bool
    var parameters: [String: Scalar]
    var figures: [String: Figure]
    var latencies: [String: Distribution]

    /// Reads a document; nil when it is none of the bench's.
    package init?(json: [UInt8]) {
        guard let read = try? JSONDecoder().decode(Self.self, from: Data(json)) else { return nil }
        self = read
    }
}
