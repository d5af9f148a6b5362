import NIOCore
import Primitives
import Wire

extension ByteBuffer {
    /// Writes `{"statuses":[{"id","status"}],"unread"}`: what another device of the same reader has to know.
    mutating func writeStatuses(_ marks: [MessageMark], of mailbox: String, unread: Int) {
        self.writeJSON { writer in
            writer.beginObject()
            writer.key("statuses")
            writer.beginArray()
            for mark in marks {
                writer.beginObject()
                writer.member("id", "\(mailbox)/\(mark.seq)")
                writer.member("status", mark.marks.contains(.read) ? "read" : "delivered")
                writer.endObject()
            }
            writer.endArray()
            writer.member("unread", Int64(unread))
            writer.endObject()
        }
    }
}
