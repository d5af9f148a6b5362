import Frames
import NIOCore
import Testing

@testable import WebSocketEdge

@Suite("WebSocket connection machine")
struct WebSocketConnectionMachineTests {
    typealias Action = WebSocketConnectionMachine.Action

    private static func actions(_ machine: inout WebSocketConnectionMachine, _ bytes: ByteBuffer) -> [Action] {
        machine.receive(bytes)
        var actions: [Action] = []
        while let action = machine.next() { actions.append(action) }
        return actions
    }

    private static func closes(_ machine: inout WebSocketConnectionMachine) -> Bool { machine.close() }

    struct Step: Sendable, CustomTestStringConvertible {
        let why: String
        let bytes: ByteBuffer
        let actions: [Action]

        var testDescription: String { self.why }
    }

    private static let hello = ByteBuffer(string: "Hello")

    @Test(
        "What the peer sends has its answer",
        arguments: [
            Step(why: "a message", bytes: masked(.text, "Hello"), actions: [.deliver(hello, .text)]),
            Step(why: "a ping", bytes: masked(.ping, "Hello"), actions: [.sendPong(hello)]),
            Step(why: "a pong", bytes: masked(.pong, "Hello"), actions: [.deliverPong(hello)]),
            Step(
                why: "a close frame is echoed without its reason",
                bytes: closeFrame(1000, "bye"),
                actions: [.end(CloseFrame(code: .normal), code: .normal)]
            ),
            Step(
                why: "an empty close frame",
                bytes: closeFrame(nil),
                actions: [.end(CloseFrame(code: nil), code: nil)]
            ),
            Step(
                why: "nothing counts after a close frame",
                bytes: joined(closeFrame(3000), masked(.text, "Hello"), closeFrame(1000)),
                actions: [
                    .end(CloseFrame(code: CloseCode(rawValue: 3000)), code: CloseCode(rawValue: 3000))
                ]
            ),
            Step(
                why: "nothing counts after an error",
                bytes: joined(masked(.text, "Hello"), masked(.continuation, "Hello"), masked(.text, "Hello")),
                actions: [
                    .deliver(hello, .text), .end(CloseFrame(code: .protocolError), code: .protocolError),
                ]
            ),
            Step(
                why: "a message that is too large",
                bytes: masked(.binary, ByteBuffer(repeating: 0, count: 65_537)),
                actions: [.end(CloseFrame(code: .tooLarge), code: .tooLarge)]
            ),
            Step(
                why: "text that is none",
                bytes: masked(.text, ByteBuffer(bytes: [0xFF])),
                actions: [.end(CloseFrame(code: .invalidPayload), code: .invalidPayload)]
            ),
        ]
    )
    func answers(_ step: Step) {
        var machine = WebSocketConnectionMachine(parser: FrameParser())
        #expect(Self.actions(&machine, step.bytes) == step.actions)
    }

    @Test("After this side's close only the peer's close frame counts, and is not answered")
    func closes() {
        var machine = WebSocketConnectionMachine(parser: FrameParser())
        #expect(Self.closes(&machine))
        #expect(!Self.closes(&machine))
        let late = joined(masked(.text, "Hello"), masked(.ping), masked(.pong))
        #expect(Self.actions(&machine, late) == [])
        #expect(Self.actions(&machine, closeFrame(1001)) == [.end(nil, code: .goingAway)])
        #expect(Self.actions(&machine, masked(.text, "Hello")) == [])
        #expect(!Self.closes(&machine))
    }

    @Test("An error after this side's close ends the connection without another close frame")
    func errorWhileClosing() {
        var machine = WebSocketConnectionMachine(parser: FrameParser())
        #expect(Self.closes(&machine))
        #expect(Self.actions(&machine, ByteBuffer(bytes: [0x83, 0x80])) == [.end(nil, code: .protocolError)])
    }

    @Test("Closing between two messages of one read drops the second")
    func closesBetweenMessages() {
        var machine = WebSocketConnectionMachine(parser: FrameParser())
        machine.receive(joined(masked(.text, "Hello"), masked(.text, "again")))
        let first = machine.next()
        #expect(first == .deliver(Self.hello, .text))
        #expect(Self.closes(&machine))
        let second = machine.next()
        #expect(second == nil)
    }

    @Test("A closed socket ends everything")
    func channelEnds() {
        var machine = WebSocketConnectionMachine(parser: FrameParser())
        machine.channelEnded()
        #expect(Self.actions(&machine, masked(.text, "Hello")) == [])
        #expect(!Self.closes(&machine))
    }
}
