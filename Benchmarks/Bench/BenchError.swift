/// Why a run could not be made, in words for the person who started it.
package enum BenchError: Error, Equatable, Sendable, CustomStringConvertible {
    case badURL(String)
    case notLoopback(String)
    /// The certificates to believe cannot be used.
    case badTrust(String)
    case unreachable(address: String, reason: String)
    /// An HTTP call was answered with another status than the one that counts.
    case refused(call: String, status: UInt, detail: String)
    case badAnswer(call: String)
    /// The case asks for what only a key may do.
    case keyNeeded
    /// The upgrade to WebSocket was answered with something else.
    case upgradeRefused(String)
    /// A command of the set-up was refused.
    case commandRefused(code: UInt64, message: String)
    case closed(code: UInt16, reason: String)
    case setupTimedOut(ready: Int, wanted: Int)
    case badFrame(String)
    case openFiles(needed: Int, limit: Int)
    case outOfBounds(option: String, allowed: String)
    case notWritable(path: String)
    /// A file that cannot be read, or a line of it that is none.
    case notReadable(path: String, line: Int?)
    /// A file that is no result of the bench.
    case notAReport(path: String)
    /// No result has what is to be drawn.
    case nothingToDraw
    /// Two results that have nothing to do with each other.
    case differentCases(String, String)
    /// A name of the suite that stands for no case.
    case unknownCase(String, known: [String])
    /// A case of the suite had trouble, as its own lines say.
    case unsoundSuite
    case badDirectory(String, String)
    /// The engine in this process refused what was asked of it.
    case engineRefused(String)

    package var description: String {
        switch self {
        case .badURL(let text): "\"\(text)\" is not an address of the form http://HOST:PORT or https://HOST:PORT."
        case .notLoopback(let host):
            "\(host) is not this machine: a load test is an attack on a server that does not expect it. "
                + "Say --allow-remote if the server is yours."
        case .badTrust(let reason): "The certificates of --ca cannot be used: \(reason)."
        case .unreachable(let address, let reason):
            "No server answers at \(address) (\(reason)). Start one with `switchboard serve`, or name it with --url."
        case .refused(let call, let status, let detail): "\(call) was answered with \(status): \(detail)"
        case .keyNeeded:
            "This needs a key that may issue tokens and send items: --operator-key, or SWITCHBOARD_OPERATOR_KEY."
        case .badAnswer(let call): "\(call) was answered with something that is not understood."
        case .upgradeRefused(let line): "The server does not open a WebSocket: \(line)"
        case .commandRefused(let code, let message): "The server refused a command: \(code) \(message)"
        case .closed(let code, let reason):
            "The server closed a connection: \(code) \(reason)"
        case .setupTimedOut(let ready, let wanted): "Only \(ready) of \(wanted) connections were ready in time."
        case .badFrame(let what): "The server sent a frame that is not understood: \(what)."
        case .openFiles(let needed, let limit):
            "\(needed) open files are needed and \(limit) are allowed: raise the hard limit (ulimit -Hn) "
                + "or take fewer connections."
        case .outOfBounds(let option, let allowed): "\(option) must be \(allowed)."
        case .notWritable(let path): "\(path) cannot be written."
        case .notReadable(let path, nil): "\(path) cannot be read."
        case .notReadable(let path, let line?): "Line \(line) of \(path) is not understood."
        case .notAReport(let path): "\(path) is no result that `bench ... --json` wrote."
        case .nothingToDraw: "None of the results has what is to be drawn."
        case .differentCases(let first, let second): "These are two cases, \(first) and \(second)."
        case .unknownCase(let name, let known):
            "\(name) is no case. There are \(known.joined(separator: ", "))."
        case .unsoundSuite: "A case had trouble: its figures do not count."
        case .badDirectory(let path, let reason): "\(path) cannot be used: \(reason)."
        case .engineRefused(let reason): "The engine refused: \(reason)."
        }
    }
}
