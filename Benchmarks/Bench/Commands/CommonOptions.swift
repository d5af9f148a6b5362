internal import ArgumentParser

/// What every case takes.
struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The server's address; https or wss for TLS.", valueName: "url"))
    var url = "http://127.0.0.1:8080"

    @Option(help: ArgumentHelp("With TLS, the only certificates to believe.", valueName: "file.pem"))
    var ca: String?

    @Flag(help: "With TLS, believe any certificate.")
    var insecure = false

    @Option(help: ArgumentHelp("How long is measured, at most 3600.", valueName: "s"))
    var seconds = 5.0

    @Option(help: ArgumentHelp("How long is sent before that, at most 600.", valueName: "s"))
    var warmup = 1.0

    @Option(help: ArgumentHelp("The text in each message, 36 to 60000.", valueName: "bytes"))
    var size = 128

    @Option(help: ArgumentHelp("Write the figures as a JSON document.", valueName: "file"))
    var json: String?

    @Option(help: ArgumentHelp("Draw latencies, rate and memory.", valueName: "file.svg"))
    var plot: String?

    @Flag(help: "Speak Protobuf instead of JSON.")
    var protobuf = false

    @Flag(help: "Offer compression (permessage-deflate).")
    var compress = false

    @Flag(help: "Take a server that is not on this machine.")
    var allowRemote = false

    @Option(help: ArgumentHelp("The server's process, for its memory; /metrics tells it otherwise.", valueName: "pid"))
    var serverPid: Int32?

    @Option(
        help: ArgumentHelp(
            "A key that may issue tokens, for many users at once; SWITCHBOARD_OPERATOR_KEY is taken otherwise.",
            valueName: "key"
        )
    )
    var operatorKey: String?

    func check() throws(BenchError) {
        guard self.seconds > 0, self.seconds <= 3600 else {
            throw .outOfBounds(option: "--seconds", allowed: "more than 0 and at most 3600")
        }
        guard self.warmup >= 0, self.warmup <= 600 else {
            throw .outOfBounds(option: "--warmup", allowed: "0 to 600")
        }
        try Bounds.check("--size", self.size, Marker.bytes...60_000)
    }

    /// Whom connections in TLS believe.
    var trust: Endpoint.Trust {
        if self.insecure { return .anyone }
        return self.ca.map { .authority(path: $0) } ?? .system
    }

    var encoding: Encoding { self.protobuf ? .protobuf : .json }
}

/// Bounds of numbers on the command line.
enum Bounds {
    static func check(_ option: String, _ value: Int, _ range: ClosedRange<Int>) throws(BenchError) {
        guard range.contains(value) else {
            throw .outOfBounds(option: option, allowed: "\(range.lowerBound) to \(range.upperBound)")
        }
    }
}

/// How fast is published.
struct PaceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Publishes a second, all publishers together, instead of a window.", valueName: "rate"))
    var rate: Double?

    func pace(window: Int) throws(BenchError) -> BroadcastWorkload.Pace {
        guard let rate = self.rate else { return .window(window) }
        guard rate > 0, rate <= 10_000_000 else {
            throw .outOfBounds(option: "--rate", allowed: "more than 0 and at most 10000000")
        }
        return .rate(rate)
    }
}
