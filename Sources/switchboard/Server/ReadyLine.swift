import Engine
import Journaling
import NIOCore
import Primitives
import Snapshots
import Wire

/// The one line on standard output: the server serves (PROTOCOL "Starting").
struct ReadyLine {
    let http: String
    /// Nil where the port was taken.
    let mqtt: String?
    let recovery: EngineRecovery

    func write() {
        let parts = self.recovery.elapsed.components
        let milliseconds = parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000
        StandardOutput.writeLine { writer in
            writer.beginObject()
            writer.member("event", "ready")
            writer.member("http", self.http)
            if let mqtt = self.mqtt { writer.member("mqtt", mqtt) }
            writer.key("recovered")
            writer.beginObject()
            writer.key("snapshot")
            if let file = self.recovery.snapshot?.file { writer.string(file) } else { writer.null() }
            writer.member("records", Int64(self.recovery.journal.replayedRecords))
            writer.member("milliseconds", milliseconds)
            writer.endObject()
            writer.endObject()
        }
    }
}
