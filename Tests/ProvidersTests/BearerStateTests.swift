import Primitives
import Testing

@testable import Providers

@Suite("Tokens kept")
struct BearerStateTests {
    private let backoff = Backoff(first: .seconds(1), max: .seconds(4), jitter: 0)

    private func bearer(_ text: String, of secret: String = "s", madeAt: Timestamp = start) -> Bearer {
        Bearer(
            text: text,
            secret: secret,
            madeAt: madeAt,
            renewAt: madeAt + .seconds(50),
            expiresAt: madeAt + .seconds(60)
        )
    }

    /// A state that holds the token `one` since `start`.
    private func holding() -> BearerState {
        var state = BearerState()
        #expect(state.ask(for: "s", at: start) == .renew)
        state.renewed(self.bearer("one"))
        return state
    }

    @Test("One makes it, and all others wait")
    func singleFlight() {
        var state = BearerState()
        #expect(state.ask(for: "s", at: start) == .renew)
        for _ in 0..<5 { #expect(state.ask(for: "s", at: start) == .wait) }
        state.renewed(self.bearer("one"))
        #expect(state.ask(for: "s", at: start) == .use("one"))
    }

    @Test("It is made anew before its end, while the old one serves")
    func early() {
        var state = self.holding()
        #expect(state.ask(for: "s", at: start + .seconds(49)) == .use("one"))
        #expect(state.ask(for: "s", at: start + .seconds(50)) == .useAndRenew("one"))
        #expect(state.ask(for: "s", at: start + .seconds(51)) == .use("one"))
        #expect(state.ask(for: "s", at: start + .seconds(60)) == .wait)
        state.renewed(self.bearer("two", madeAt: start + .seconds(60)))
        #expect(state.ask(for: "s", at: start + .seconds(61)) == .use("two"))
    }

    @Test("What cannot be made is not tried again at once, and the old one serves to its end")
    func failure() {
        var state = self.holding()
        var now = start + .seconds(50)
        for wait in [1, 2, 4, 4] as [Int64] {
            let action = state.ask(for: "s", at: now)
            #expect(action == (now < start + .seconds(60) ? .useAndRenew("one") : .renew))
            state.failed(.failed("x"), of: "s", at: now, backoff: self.backoff)
            let next = state.ask(for: "s", at: now)
            #expect(next == (now < start + .seconds(60) ? .use("one") : .fail(.failed("x"))))
            now = now + .seconds(wait)
        }
        #expect(state.ask(for: "s", at: now) == .renew)
    }

    @Test("Another secret makes another token at once")
    func otherSecret() {
        var state = self.holding()
        #expect(state.ask(for: "t", at: start) == .renew)
        state.failed(.refused("x"), of: "t", at: start, backoff: self.backoff)
        #expect(state.ask(for: "t", at: start) == .fail(.refused("x")))
        #expect(state.ask(for: "u", at: start) == .renew)
        state.renewed(self.bearer("two", of: "u"))
        #expect(state.ask(for: "u", at: start) == .use("two"))
    }

    @Test("A token that is not taken goes, unless it is young or another")
    func drops() {
        var state = self.holding()
        state.drop("one", at: start + .seconds(9), ageMin: .seconds(10))
        state.drop("other", at: start + .seconds(10), ageMin: .seconds(10))
        #expect(state.ask(for: "s", at: start + .seconds(10)) == .use("one"))
        state.drop("one", at: start + .seconds(10), ageMin: .seconds(10))
        #expect(state.ask(for: "s", at: start + .seconds(10)) == .renew)
    }

    @Test("A token of a clock that was put back is made anew")
    func clockBack() {
        var state = self.holding()
        #expect(state.ask(for: "s", at: start + .seconds(-1)) == .renew)
    }
}
