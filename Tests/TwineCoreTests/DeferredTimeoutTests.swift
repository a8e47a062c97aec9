import Testing
import TwineCore
import TwineTesting

// addTimeout returns the next Deferred, as all functions that add something do.
@Suite(.timeLimit(.minutes(1)))
@Reactor
struct DeferredTimeoutTests {
    let clock = ManualClock()

    @Test("F60: addTimeout can stand in a chain")
    func chainable() {
        let deferred = Deferred<Int>()
        let next = deferred.addTimeout(10, clock: clock).addCallback { $0 + 1 }
        deferred.callback(1)
        #expect(next.success == 2)
    }

    @Test("F61: a result in time is delivered unchanged, and the timer is gone")
    func valueInTime() {
        let deferred = Deferred<Int>()
        let next = deferred.addTimeout(10, clock: clock)
        clock.advance(9.9)
        deferred.callback(1)
        #expect(next.success == 1 && clock.delayedCalls.isEmpty)
        clock.advance(100)
        #expect(next.success == 1)
    }

    @Test("F62: a failure in time likewise")
    func failureInTime() {
        let deferred = Deferred<Int>()
        let next = deferred.addTimeout(10, clock: clock)
        deferred.errback(Oops("F62"))
        #expect(next.oops == Oops("F62") && clock.delayedCalls.isEmpty)
        next.consume()
    }

    @Test("F63: on timeout the Deferred is cancelled, and the failure is TimeoutError")
    func timedOut() {
        var cancelled = 0
        let deferred = Deferred<Int>(canceller: { _ in cancelled += 1 })
        let next = deferred.addTimeout(10, clock: clock)
        clock.advance(10)
        #expect(cancelled == 1 && deferred.isCancelled)
        #expect(next.error as? TimeoutError == TimeoutError(seconds: 10))
        next.consume()
    }

    @Test("F64: a translation of one's own gets the result and the seconds")
    func translated() {
        var seen: (Bool, Double)?
        let next = Deferred<Int>().addTimeout(10, clock: clock) { result, seconds in
            if case .failure(is CancelledError) = result { seen = (true, seconds) }
            return 99
        }
        clock.advance(10)
        #expect(next.success == 99 && seen?.0 == true && seen?.1 == 10)
    }

    @Test("F64: a translation of one's own may throw")
    func translatedToError() {
        let next = Deferred<Int>().addTimeout(10, clock: clock) { _, _ in throw Oops("F64") }
        clock.advance(10)
        #expect(next.oops == Oops("F64"))
        next.consume()
    }

    @Test("F65: a value from the canceller wins over TimeoutError")
    func valueWins() {
        let next = Deferred<Int>(canceller: { $0.callback(3) }).addTimeout(10, clock: clock)
        clock.advance(10)
        #expect(next.success == 3)
    }

    @Test("F66: another error from the canceller wins too")
    func errorWins() {
        let next = Deferred<Int>(canceller: { $0.errback(Oops("F66")) })
            .addTimeout(10, clock: clock)
        clock.advance(10)
        #expect(next.oops == Oops("F66"))
        next.consume()
    }

    @Test("F67: a cancel by hand before the timeout stays CancelledError, and cancels once")
    func byHand() {
        var cancelled = 0
        let deferred = Deferred<Int>(canceller: { _ in cancelled += 1 })
        let next = deferred.addTimeout(10, clock: clock)
        next.cancel()
        clock.advance(20)
        #expect(next.isCancelled && cancelled == 1 && clock.delayedCalls.isEmpty)
        next.consume()
        let custom = Deferred<Int>().addTimeout(10, clock: clock) { _, _ in 1 }
        custom.cancel()
        #expect(custom.isCancelled)
        custom.consume()
    }

    @Test("F68: an errback added before addTimeout sees CancelledError")
    func errbackBefore() {
        var seen: (any Error)?
        let next = Deferred<Int>().addErrback { error -> Int in
            seen = error
            throw error
        }.addTimeout(10, clock: clock)
        clock.advance(10)
        #expect(seen is CancelledError && next.error is TimeoutError)
        next.consume()
    }

    @Test("F69: if that errback swallows the cancellation the chain succeeds")
    func suppressed() {
        let next = Deferred<Int>().addErrback { _ in 8 }.addTimeout(10, clock: clock)
        clock.advance(10)
        #expect(next.success == 8)
    }

    @Test("F70: callbacks added before the timeout run when the canceller gives a value")
    func callbackBefore() {
        let first = Deferred<Int>(canceller: { $0.callback(2) })
        let next = first.addCallback { $0 * 10 }.addTimeout(10, clock: clock)
        clock.advance(10)
        #expect(next.success == 20)
    }

    @Test("F: a Deferred that has fired already leaves no timer")
    func alreadyFired() {
        #expect(succeed(1).addTimeout(10, clock: clock).success == 1)
        #expect(clock.delayedCalls.isEmpty)
    }

    @Test("F: the shorter of two timeouts decides")
    func two() {
        let next = Deferred<Int>().addTimeout(20, clock: clock).addTimeout(5, clock: clock)
        clock.advance(5)
        #expect(next.error as? TimeoutError == TimeoutError(seconds: 5))
        #expect(clock.delayedCalls.isEmpty)
        next.consume()
    }

    @Test("F: a clock dropped with a timeout pending frees the chain")
    func droppedClock() {
        #expect(
            isFreed {
                let clock = ManualClock()
                let deferred = Deferred<Int>()
                deferred.addTimeout(10, clock: clock)
                return deferred
            })
    }

    @Test("F: a result after the clock was dropped does no harm")
    func clockGone() {
        let deferred = Deferred<Int>()
        let next: Deferred<Int>
        do { next = deferred.addTimeout(10, clock: ManualClock()) }
        deferred.callback(4)
        #expect(next.success == 4)
    }
}
