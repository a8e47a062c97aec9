import Testing
import TwineCore

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct DeferredCancellationTests {
    @Test("E50: cancelling an unfired Deferred without a canceller fails it with CancelledError")
    func noCanceller() {
        let deferred = Deferred<Int>()
        deferred.cancel()
        #expect(deferred.isCancelled)
        deferred.consume()
    }

    @Test("E51: after that exactly one late result is swallowed", arguments: [true, false])
    func oneSwallowed(_ success: Bool) {
        let deferred = Deferred<Int>()
        deferred.cancel()
        func late() -> AlreadyCalledError? {
            success ? deferred.callback(1) : deferred.errback(Oops("E51"))
        }
        #expect(late() == nil)
        #expect(late() != nil)
        #expect(deferred.isCancelled)
        deferred.consume()
    }

    @Test("E52: further cancels do nothing")
    func repeated() {
        var errors = 0
        let deferred = Deferred<Int>()
        deferred.addErrback { _ in
            errors += 1
            return 0
        }
        deferred.cancel()
        deferred.cancel()
        #expect(errors == 1)
        #expect(deferred.callback(1) == nil && deferred.callback(1) != nil)
    }

    @Test("E53: a canceller is called exactly once, with the Deferred")
    func cancellerArgument() {
        var seen: [AnyDeferred] = []
        let deferred = Deferred<Int>(canceller: { seen.append($0) })
        deferred.cancel()
        deferred.cancel()
        #expect(seen.count == 1 && seen[0] === deferred)
        deferred.consume()
    }

    @Test("E54: if the canceller does not fire the Deferred, it fails with CancelledError")
    func simpleCanceller() {
        let deferred = Deferred<Int>(canceller: { _ in })
        deferred.cancel()
        #expect(deferred.isCancelled)
        deferred.consume()
    }

    @Test("E55: with a canceller no late result is swallowed")
    func nothingSwallowed() {
        let silent = Deferred<Int>(canceller: { _ in })
        silent.cancel()
        #expect(silent.callback(1) != nil)
        silent.consume()
        let firing = Deferred<Int>(canceller: { $0.callback(1) })
        firing.cancel()
        #expect(firing.errback(Oops("E55")) != nil && firing.success == 1)
    }

    @Test("E56: a canceller's own error is what the chain sees")
    func cancellerFails() {
        let deferred = Deferred<Int>(canceller: { $0.errback(Oops("E56")) })
        let next = deferred.addCallback { $0 }
        next.cancel()
        #expect(next.oops == Oops("E56"))
        next.consume()
    }

    @Test("E57: a canceller may fire the Deferred with a value: the chain succeeds")
    func cancellerSucceeds() {
        let deferred = Deferred<Int>(canceller: { $0.callback(5) })
        let next = deferred.addCallback { $0 + 1 }
        deferred.cancel()
        #expect(next.success == 6)
    }

    @Test("E58: cancelling a fired Deferred does nothing")
    func fired() {
        var calls = 0
        let deferred = Deferred<Int>(canceller: { _ in calls += 1 })
        deferred.callback(1)
        deferred.cancel()
        #expect(deferred.success == 1 && calls == 0)
        let failed = fail(Oops("E58"), as: Int.self)
        failed.cancel()
        #expect(failed.oops == Oops("E58"))
        failed.consume()
    }

    @Test("E59: cancelling one that waits on an inner Deferred cancels that, and the error travels")
    func nested() {
        var calls = 0
        let inner = Deferred<Int>(canceller: { _ in calls += 1 })
        let outer = succeed(1).addCallback { _ in inner }.addCallback { $0 + 1 }
        outer.cancel()
        #expect(calls == 1 && inner.isCancelled && outer.isCancelled)
        outer.consume()
    }

    @Test("E59: cancelling the end of a chain of 100,000 reaches its beginning and comes back")
    func longChain() {
        var calls = 0
        let deferred = Deferred<Int>(canceller: { _ in calls += 1 })
        var last = deferred
        for _ in 0..<100_000 { last = last.addCallback { $0 + 1 } }
        last.cancel()
        #expect(calls == 1 && last.isCancelled)
        last.consume()
    }

    @Test("E59: cancelling the outermost of 100,000 nested Deferreds reaches the innermost")
    func longNesting() {
        let innermost = Deferred<Int>()
        var outer = innermost
        for _ in 0..<100_000 {
            let inner = outer
            outer = succeed(0).addCallback { _ in inner }
        }
        outer.cancel()
        #expect(innermost.isCancelled && outer.isCancelled)
        outer.consume()
    }

    @Test("E: a paused Deferred can be cancelled, and tells when it is unpaused")
    func pausedCancel() {
        let deferred = Deferred<Int>()
        let next = deferred.addErrback { _ in 2 }
        deferred.pause()
        next.cancel()
        #expect(deferred.isCancelled && !next.isFired)
        deferred.unpause()
        #expect(next.success == 2)
    }

    @Test("E: what is left of a chain whose beginning was released can be cancelled")
    func orphan() {
        var next: Deferred<Int>?
        do { next = Deferred<Int>().addCallback { $0 } }
        let end = next?.addErrback { _ in 3 }
        end?.cancel()
        #expect(end?.success == 3)
    }

    @Test("E: an outer Deferred whose inner one was released can be cancelled")
    func orphanedOuter() {
        let outer = succeed(1).addCallback { _ in Deferred<Int>() }
        #expect(!outer.isFired)
        outer.cancel()
        #expect(outer.isCancelled)
        outer.consume()
    }

    @Test("E: a canceller that cancels again, adds callbacks or drops the last reference")
    func reentrantCanceller() {
        var seen: [String] = []
        var deferred: Deferred<Int>? = Deferred<Int>(canceller: { deferred in
            deferred.cancel()
            deferred.addBoth { _ in seen.append("added in the canceller") }
        })
        deferred?.addBoth { _ in deferred = nil }
        deferred?.cancel()
        #expect(seen == ["added in the canceller"] && deferred == nil)
    }

    @Test("E: a callback that cancels what it waits for next ends with CancelledError")
    func cancelledBeforeReturn() {
        let inner = Deferred<Int>()
        let outer = succeed(1).addCallback { _ -> Deferred<Int> in
            inner.cancel()
            return inner
        }
        #expect(outer.isCancelled)
        outer.consume()
    }
}
