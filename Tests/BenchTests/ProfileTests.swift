import Testing

@testable import Bench

@Suite("Profiles")
struct ProfileTests {
    private static let text = """
        NIO-ELT-0-#0   101
        \tffff81 __sys_sendto ([kernel.kallsyms])
        \t 7f01 __send (/lib/x86_64-linux-gnu/libc.so.6)
        \t 5501 static Engine.SocketOutlet.send(_: Swift.RawSpan, to: Swift.Int32) -> Swift.Int (/bin/switchboard)
        \t 5502 Engine.Lane.(flush in _288E8B9C)() -> Swift.Bool (/bin/switchboard)

        NIO-ELT-0-#1   102
        \t 5502 Engine.Lane.flush() -> Swift.Bool (/bin/switchboard)

        NIO-ELT-0-#0   103
        \t 7f09 swift_retain (/usr/lib/libswiftCore.so)
        \t 5502 Engine.Lane.flush() -> Swift.Bool (/bin/switchboard)
        \t 5503 closure #1 (A) -> B in NIOPosix.Selector.whenReady(strategy: C) -> () (/bin/switchboard)

        NIO-ELT-0-#0   103
        \t 0 [unknown] ([unknown])
        \t 5502 Engine.Lane.flush() -> Swift.Bool (/bin/switchboard)

        """

    @Test("Samples of one name and path are counted together, the outermost first")
    func merges() throws {
        let profile = Profile(Self.text)
        #expect(profile.samples == 4)
        #expect(profile.threads.map(\.frame.label) == ["NIO-ELT-0-#0", "NIO-ELT-0-#1"])
        #expect(profile.threads.map(\.samples) == [3, 1])
        let callees = profile.threads[0].callees
        #expect(callees.map(\.frame.label) == ["Engine.Lane.flush", "NIOPosix.Selector.whenReady"])
        #expect(callees.map(\.samples) == [2, 1])
        #expect(callees.map(\.frame.kind) == [.own, .nio])
        let send = try #require(callees[0].callees.first)
        #expect(send.frame == Frame(label: "static Engine.SocketOutlet.send", kind: .own))
        #expect(send.callees.map(\.frame) == [Frame(label: "__send", kind: .libc)])
        #expect(send.callees[0].callees.map(\.frame) == [Frame(label: "__sys_sendto", kind: .kernel)])
        #expect(callees[1].callees[0].callees.map(\.frame) == [Frame(label: "swift_retain", kind: .runtime)])
        #expect(profile.depth == 5)
    }

    @Test("A text that is no profile has no samples", arguments: ["", "\n\n", "nonsense", "\t 55 f (x)\n"])
    func nothing(text: String) { #expect(Profile(text).samples == 0) }

    @Test("The picture has a box for each function, as wide as its share, and says whose it is")
    func picture() {
        let text = FlamePicture(Profile(Self.text)).document(title: "A < B", words: "Words.")
        #expect(text.contains("A &lt; B") && text.contains("Words. 4 samples."))
        #expect(
            text.contains(
                "<title>Engine.Lane.flush: 50.0 %</title><rect class=\"switchboard\" x=\"0\" y=\"101\" width=\"600\""
            )
        )
        #expect(
            text.contains("<title>NIO-ELT-0-#1: 25.0 %</title><rect class=\"thread\" x=\"900\" y=\"84\" width=\"300\"")
        )
        #expect(text.contains("class=\"kernel\"") && text.hasSuffix("</svg>\n"))
    }
}
