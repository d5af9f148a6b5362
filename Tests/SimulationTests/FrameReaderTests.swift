import Engine
import NIOCore
import Testing

@testable import Simulation

@Suite("The simulated client's reader")
struct FrameReaderTests {
    private static func frame(_ text: String) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(UInt8(0x81))
        if text.utf8.count < 126 {
            buffer.writeInteger(UInt8(text.utf8.count))
        } else {
            buffer.writeInteger(UInt8(126))
            buffer.writeInteger(UInt16(text.utf8.count))
        }
        buffer.writeString(text)
        return buffer
    }

    private func fail(_ what: String) { Issue.record("\(what)") }

    @Test("A push, an answer and a note are told apart, one behind the other")
    func frames() throws {
        var bytes = Self.frame(
            #"{"push":{"channel":"group:g0","pub":{"data":"#
                + Scenery.body(3) + #","info":{"user":"user:u1","client":"c"},"offset":7,"#
                + #""tags":{"id":"group:g0/7"},"time":12}}}"#
        )
        bytes.writeImmutableBuffer(FrameReader.marker(5))
        bytes.writeImmutableBuffer(
            Self.frame(
                #"{"id":9,"publish":{"offset":4,"epoch":"000000ff","time":8,"duplicate":true,"durability":"synced"}}"#
            )
        )
        var reader = FrameReader(bytes)
        guard case .push(let channel, 3, "user:u1", 7, 12)? = reader.next() else {
            return self.fail("another frame")
        }
        #expect(channel == "group:g0")
        guard case .marker(5)? = reader.next() else { return self.fail("another frame") }
        guard case .acknowledgement(9, 4, "000000ff", 8, true, "synced")? = reader.next()
        else { return self.fail("another frame") }
        if let more = reader.next() { Issue.record("\(more)") }
    }

    @Test("Who types is read, and other events are passed over")
    func events() {
        var bytes = Self.frame(
            #"{"push":{"channel":"group:g0","pub":{"data":{"by":"user:u1"},"tags":{"event":"typing"}}}}"#
        )
        bytes.writeImmutableBuffer(
            Self.frame(#"{"push":{"channel":"group:g0","join":{"info":{"user":"user:u1","client":"c"}}}}"#)
        )
        var reader = FrameReader(bytes)
        guard case .typing("group:g0", "user:u1")? = reader.next() else { return self.fail("another frame") }
        guard case .event? = reader.next() else { return self.fail("another frame") }
    }

    @Test(
        "What is not as it should be is not taken for it",
        arguments: [
            #"{"push":{"channel":"group:g0","pub":{"data":"3 y","offset":7,"tags":{"id":"group:g0/7"},"time":12}}}"#,
            #"{"id":9,"publish":{"offset":4}}"#, "{}", "",
        ]
    )
    func unknown(text: String) throws {
        var reader = FrameReader(Self.frame(text))
        guard case .unknown(text)? = reader.next() else { return self.fail(text) }
    }
}
