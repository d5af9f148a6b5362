/// What a run came to, in the form that the table, the JSON document and the plot are made of.
package struct Report: Sendable {
    /// A value of a parameter.
    package enum Value: Equatable, Sendable {
        case text(String)
        case integer(Int)
        case real(Double)
        case boolean(Bool)

        package var description: String {
            switch self {
            case .text(let text): text
            case .integer(let number): Numbers.grouped(UInt64(max(0, number)))
            case .real(let number): Numbers.decimal(number, places: number == number.rounded() ? 0 : 2)
            case .boolean(let value): value ? "yes" : "no"
            }
        }
    }

    /// What was asked for; the name is a JSON key.
    package struct Parameter: Sendable {
        package let name: String
        package let value: Value

        package init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// A number that was measured; the name is a JSON key, the label a row of the table.
    package struct Figure: Sendable {
        package let name: String
        package let label: String
        package let value: Double
        package let unit: String
        package let places: Int

        package init(_ name: String, _ label: String, _ value: Double, _ unit: String, places: Int = 0) {
            self.name = name
            self.label = label
            self.value = value
            self.unit = unit
            self.places = places
        }
    }

    /// A distribution of times.
    package struct Distribution: Sendable {
        package let name: String
        package let label: String
        package let latencies: Latencies

        package init(_ name: String, _ label: String, _ latencies: Latencies) {
            self.name = name
            self.label = label
            self.latencies = latencies
        }
    }

    package let name: String
    package let url: String
    /// The name under which a suite ran it.
    package var named: String?
    package var parameters: [Parameter] = []
    package var figures: [Figure] = []
    package var distributions: [Distribution] = []
    package var timeline = Timeline()
    /// What the timeline counts: "deliveries".
    package var timelineSubject = ""
    /// The server's, where it was watched.
    package var memory = MemoryTimeline()
    package var trouble = Trouble()
    package var refusals: [UInt32: UInt64] = [:]
    /// What holds when there was no trouble; nil for what is true of deliveries.
    package var claim: String?
    /// What the reader must know to judge the figures.
    package var notes: [String] = []
    package var cores = 0

    package init(name: String, url: String) {
        self.name = name
        self.url = url
    }

    /// Whether every delivery came, once, in order, and no connection broke.
    package var isSound: Bool { self.trouble.isNone }
}
