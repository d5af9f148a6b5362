import Logging
import NIOCore
import Primitives
import Wire

/// Writes each log message as one line of JSON on standard error.
struct JSONLogHandler: LogHandler {
    /// The least level that is logged, by every logger that has none of its own.
    static let level = Live(Logger.Level.info)

    private var ownLevel: Logger.Level?
    var logLevel: Logger.Level {
        get { self.ownLevel ?? Self.level.current }
        set { self.ownLevel = newValue }
    }
    var metadata: Logger.Metadata = [:]
    private let label: String

    init(label: String) { self.label = label }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = ByteBuffer()
        line.writeJSON { writer in
            writer.beginObject()
            writer.member("at", SystemTime().now().rawValue)
            writer.member("level", event.level.rawValue)
            writer.member("logger", self.label)
            writer.member("message", event.message.description)
            let all = self.metadata.merging(event.metadata ?? [:]) { _, new in new }
            for (key, value) in all.sorted(by: { $0.key < $1.key }) {
                writer.key(escaping: key)
                writer.string("\(value)")
            }
            writer.endObject()
        }
        line.writeString("\n")
        StandardError.write(line)
    }
}
