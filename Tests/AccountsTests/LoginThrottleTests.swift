import Primitives
import Testing

@testable import Accounts

@Suite("Login throttle")
struct LoginThrottleTests {
    @Test("Ten failures are answered, then waits double up to their maximum")
    func doubles() {
        var throttle = LoginThrottle(.name)
        var now = Timestamp(rawValue: 1_000_000)
        for _ in 0..<10 {
            #expect(throttle.attempt(1, at: now) == .admit)
            throttle.failed(1, at: now)
        }
        var waits: [Duration] = []
        for _ in 0..<10 {
            guard case .refuse(let wait) = throttle.attempt(1, at: now) else {
                Issue.record("a failure above the maximum is followed by a wait")
                return
            }
            waits.append(wait)
            now = now + wait
            #expect(throttle.attempt(1, at: now) == .admit)
            #expect(throttle.attempt(1, at: now) == .refuse(retryAfter: .seconds(1)), "one at a time")
            throttle.failed(1, at: now)
        }
        #expect(waits == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900].map { .seconds($0) })
    }

    @Test("A success forgets the failures of a name, and leaves those of an address")
    func success() {
        for (forgets, verdict) in [(true, LoginThrottle.Verdict.admit), (false, .refuse(retryAfter: .seconds(5)))] {
            var throttle = LoginThrottle(.name)
            let now = Timestamp(rawValue: 0)
            for _ in 0..<9 { fail(&throttle, 1, at: now) }
            _ = throttle.attempt(1, at: now)
            throttle.succeeded(1, at: now, forgetting: forgets)
            fail(&throttle, 1, at: now)
            #expect(throttle.attempt(1, at: now) == verdict)
        }
    }

    @Test("After a quiet minute all is forgotten, not before")
    func forgets() {
        for (seconds, isForgotten) in [(59, false), (61, true)] {
            var throttle = LoginThrottle(.name)
            for _ in 0..<9 { fail(&throttle, 1, at: Timestamp(rawValue: 0)) }
            let later = Timestamp(rawValue: 0) + .seconds(seconds)
            fail(&throttle, 1, at: later)
            #expect((throttle.attempt(1, at: later) == .admit) == isForgotten)
        }
    }

    @Test("A burst whose outcome is not known yet is bounded")
    func burst() {
        var throttle = LoginThrottle(.name)
        let now = Timestamp(rawValue: 0)
        let admittedCount = (0..<1000).count { _ in throttle.attempt(1, at: now) == .admit }
        #expect(admittedCount == 74)
        for _ in 0..<74 { throttle.abandoned(1, at: now) }
        #expect(throttle.attempt(1, at: now) == .admit)
    }

    @Test("Keys do not touch each other")
    func apart() {
        var throttle = LoginThrottle(.name)
        for _ in 0..<20 { fail(&throttle, 1, at: Timestamp(rawValue: 0)) }
        #expect(throttle.attempt(2, at: Timestamp(rawValue: 0)) == .admit)
    }

    @Test("A million names are not kept, and the last ones are not forgotten")
    func bounded() {
        var throttle = LoginThrottle(.name)
        let now = Timestamp(rawValue: 0)
        for key in 0..<200_000 { fail(&throttle, key, at: now) }
        #expect(throttle.entryCount <= LoginThrottle(.name).policy.entriesMax)
        for _ in 0..<9 { fail(&throttle, 199_999, at: now) }
        #expect(throttle.attempt(199_999, at: now) == .refuse(retryAfter: .seconds(5)))
    }

    @Test("A clock that was set back makes no wait longer than the longest")
    func clockJump() {
        var throttle = LoginThrottle(.name)
        for _ in 0..<12 { fail(&throttle, 1, at: Timestamp(rawValue: 1_000_000_000_000)) }
        #expect(throttle.attempt(1, at: Timestamp(rawValue: 0)) == .refuse(retryAfter: .seconds(900)))
    }

    @Test("A name and an address are counted side by side")
    func both() {
        var throttles = LoginThrottles(AccountConfiguration())
        let now = Timestamp(rawValue: 0)
        for number in 0..<100 {
            let attempt = LoginThrottles.Attempt(foldedName: "name\(number)", networkAddress: "192.0.2.1")
            #expect(throttles.attempt(attempt, at: now) == .admit)
            throttles.failed(attempt, at: now)
        }
        let here = LoginThrottles.Attempt(foldedName: "another", networkAddress: "192.0.2.1")
        let there = LoginThrottles.Attempt(foldedName: "another", networkAddress: "192.0.2.2")
        #expect(throttles.attempt(here, at: now) != .admit)
        #expect(throttles.attempt(there, at: now) == .admit)
    }

    private func fail(_ throttle: inout LoginThrottle, _ key: Int, at now: Timestamp) {
        _ = throttle.attempt(key, at: now)
        throttle.failed(key, at: now)
    }
}
