import Testing
import TwineCore

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct DeferredChainingTests {
    @Test("B20: a callback that returns a Deferred pauses the chain until that one fires")
    func callbackReturnsDeferred() {
        let inner = Deferred<Int>()
        let outer = succeed(1).addCallback { _ in inner }.addCallback { $0 + 1 }
        #expect(!outer.isFired)
        inner.callback(5)
        #expect(outer.success == 6)
    }

    @Test("B21: an errback may return a Deferred too")
    func errbackReturnsDeferred() {
        let inner = Deferred<Int>()
        let outer = fail(Oops("B21"), as: Int.self).addErrback { _ in inner }.addCallback { $0 + 1 }
        #expect(!outer.isFired)
        inner.callback(5)
        #expect(outer.success == 6)
    }

    @Test("B21: a function of addBoth may return a Deferred too")
    func bothReturnsDeferred() {
        let inner = Deferred<String>()
        let outer = succeed(1).addBoth { _ in inner }
        inner.callback("later")
        #expect(outer.success == "later")
    }

    @Test("B22: a callback that returns a fired Deferred goes on at once")
    func synchronous() {
        let outer = succeed(1).addCallback { succeed($0 + 1) }
        #expect(outer.success == 2)
    }

    @Test("B23: the inner Deferred keeps its result, since others may hang on it")
    func innerKeepsResult() {
        // Adapted: Twisted sets the inner result to None.
        let inner = Deferred<Int>()
        let outer = succeed(1).addCallback { _ in inner }
        inner.callback(5)
        #expect(outer.success == 5 && inner.success == 5)
        #expect(inner.addCallback { $0 + 1 }.success == 6)
    }

    @Test("B24: a failure taken over from an inner Deferred is not reported for the inner one")
    func takenOver() {
        CapturedLog.install()
        do {
            let now = succeed(1).addCallback { _ -> Deferred<Int> in fail(Oops("B24 now")) }
            now.consume()
            let inner = Deferred<Int>()
            let later = succeed(1).addCallback { _ in inner }
            later.consume()
            inner.errback(Oops("B24 later"))
        }
        #expect(CapturedLog.lines(with: "B24").isEmpty)
    }

    @Test("B25: chaining is transitive")
    func transitive() {
        let first = Deferred<Int>()
        let second = Deferred<Int>()
        let third = Deferred<Int>()
        let end = first.addCallback { _ in second.addCallback { _ in third } }
        first.callback(1)
        second.callback(2)
        #expect(!end.isFired)
        third.callback(3)
        #expect(end.success == 3)
    }

    @Test("B26: an inner Deferred's own callbacks run before the outer has the result")
    func innerFirst() {
        var seen: [String] = []
        let inner = Deferred<Int>()
        inner.addCallback { _ in seen.append("inner") }
        succeed(1).addCallback { _ in inner }.addCallback { _ in seen.append("outer") }
        inner.callback(1)
        #expect(seen == ["inner", "outer"])
    }

    @Test("B27: callbacks put on an inner Deferred before it is returned shape what is seen")
    func extraCallbacks() {
        let inner = Deferred<Int>()
        let outer = succeed(1).addCallback { _ in inner.addCallback { $0 * 2 } }
        inner.callback(4)
        #expect(outer.success == 8)
    }

    @Test("B28: callbacks added to an inner Deferred after it was returned run after the outer's")
    func orderPreserved() {
        var seen: [String] = []
        let inner = Deferred<Int>()
        let outer = Deferred<Int>()
        outer.addCallback { _ in inner }.addCallback { _ in seen.append("outer") }
        outer.callback(1)
        inner.addCallback { _ in seen.append("inner, late") }
        inner.callback(2)
        #expect(seen == ["outer", "inner, late"])
    }

    @Test("B29: callbacks added to the middle of a chain of three still run")
    func middle() {
        var seen: [String] = []
        let last = Deferred<Int>()
        let middle = succeed(2).addCallback { _ in last }
        let first = succeed(1).addCallback { _ in middle }
        middle.addCallback { seen.append("middle \($0)") }
        first.addCallback { seen.append("first \($0)") }
        last.callback(3)
        #expect(seen.sorted() == ["first 3", "middle 3"])
    }

    @Test("B30: 100,000 callbacks in a chain are made, fired and freed")
    func longChain() {
        let deferred = Deferred<Int>()
        var last = deferred
        for _ in 0..<100_000 { last = last.addCallback { $0 + 1 } }
        deferred.callback(0)
        #expect(last.success == 100_000)
    }

    @Test("B30: 100,000 Deferreds each waiting for the next are fired by the last")
    func longNesting() {
        let innermost = Deferred<Int>()
        var outer = innermost
        for _ in 0..<100_000 {
            let inner = outer
            outer = succeed(0).addCallback { _ in inner }
        }
        innermost.callback(7)
        #expect(outer.success == 7)
    }

    @Test("B30: a loop written as 100,000 callbacks that each return the next fired chain")
    func loopOfDeferreds() {
        var deferred = succeed(0)
        for _ in 0..<100_000 { deferred = deferred.addCallback { succeed($0 + 1) } }
        #expect(deferred.success == 100_000)
    }

    @Test("B30: 100,000 failures pass by as many callbacks")
    func longFailure() {
        let deferred = Deferred<Int>()
        var last = deferred
        for _ in 0..<100_000 { last = last.addCallback { $0 + 1 } }
        deferred.errback(Oops("B30"))
        #expect(last.oops == Oops("B30"))
        last.consume()
    }

    @Test("B31: chainDeferred fires the other with whatever comes, and not the other way round")
    func chained() {
        let first = Deferred<Int>()
        let second = Deferred<Int>()
        first.chainDeferred(second)
        first.callback(1)
        #expect(second.success == 1)
        let failing = Deferred<Int>()
        let other = Deferred<Int>()
        failing.chainDeferred(other)
        failing.errback(Oops("B31"))
        #expect(other.oops == Oops("B31"))
        other.consume()
        let untouched = Deferred<Int>()
        let fired = Deferred<Int>()
        untouched.chainDeferred(fired)
        fired.callback(2)
        #expect(!untouched.isFired)
    }

    @Test("B32: what a Deferred waits for is told while it waits, and not after")
    func recorded() {
        let inner = Deferred<Int>()
        let outer = succeed(1).addCallback { _ in inner }
        #expect("\(outer)".contains("waiting on"))
        inner.callback(1)
        #expect(!"\(outer)".contains("waiting on"))
    }

    @Test("B33: a callback that returns the Deferred of its own result fails it")
    func circle() {
        let start = Deferred<Int>()
        var itself: Deferred<Int>?
        itself = start.addCallback { _ -> Deferred<Int> in itself ?? succeed(0) }
        start.callback(1)
        #expect(itself?.current.map { "\($0)" }?.contains("waits for it") == true)
        itself?.consume()
        itself = nil
    }

    @Test("B33: a circle through others fails too, and cancelling it ends")
    func widerCircle() {
        let start = Deferred<Int>()
        var below: Deferred<Int>?
        let first = start.addCallback { _ -> Deferred<Int> in below ?? succeed(0) }
        below = first.addCallback { $0 + 1 }.addCallback { $0 + 1 }
        start.callback(1)
        #expect(first.isFired && below?.isFired == true)
        below?.cancel()
        below?.consume()
        below = nil
    }

    @Test("B33: a callback may return the Deferred that it hangs on: that one has its result")
    func ownUpstream() {
        let start = Deferred<Int>()
        let next = start.addCallback { _ in start }
        start.callback(4)
        #expect(next.success == 4)
    }

    @Test("B34: pause holds back callbacks of a fired Deferred, unpause runs them")
    func paused() {
        let deferred = succeed(1)
        deferred.pause()
        let next = deferred.addCallback { $0 + 1 }
        #expect(!next.isFired)
        deferred.unpause()
        #expect(next.success == 2)
    }

    @Test("B34: pause holds back errbacks too")
    func pausedFailure() {
        let deferred = Deferred<Int>()
        deferred.pause()
        let next = deferred.addErrback { _ in 3 }
        deferred.errback(Oops("B34"))
        #expect(!next.isFired)
        deferred.unpause()
        #expect(next.success == 3)
    }

    @Test("B35: pause and unpause before firing do nothing")
    func unpausedBefore() {
        let deferred = Deferred<Int>()
        let next = deferred.addCallback { $0 }
        deferred.pause()
        deferred.unpause()
        deferred.unpause()
        deferred.callback(1)
        #expect(next.success == 1)
    }

    @Test("B36: a paused, fired inner Deferred holds the outer until it is unpaused")
    func pausedInner() {
        let inner = succeed(5)
        inner.pause()
        let outer = succeed(1).addCallback { _ in inner }
        #expect(!outer.isFired)
        inner.unpause()
        #expect(outer.success == 5)
    }

    @Test("B37: a paused outer does not stop the inner's own callbacks")
    func pausedOuter() {
        let inner = Deferred<Int>()
        let outer = succeed(1).addCallback { _ in inner }
        let next = outer.addCallback { $0 }
        outer.pause()
        let own = inner.addCallback { $0 }
        inner.callback(2)
        #expect(own.success == 2 && !next.isFired)
        outer.unpause()
        #expect(next.success == 2)
    }

    @Test("B38: pauses nest")
    func nestedPauses() {
        let deferred = succeed(1)
        deferred.pause()
        deferred.pause()
        let next = deferred.addCallback { $0 }
        deferred.unpause()
        #expect(!next.isFired)
        deferred.unpause()
        #expect(next.isFired)
    }

    @Test("B: pausing from inside a callback holds the callbacks after it")
    func pausedWithin() {
        var seen: [Int] = []
        let deferred = Deferred<Int>()
        deferred.addCallback { _ in
            seen.append(1)
            deferred.pause()
        }
        deferred.addCallback { _ in seen.append(2) }
        deferred.callback(0)
        #expect(seen == [1])
        deferred.addCallback { _ in
            seen.append(3)
            deferred.pause()
            deferred.unpause()
        }
        deferred.addCallback { _ in seen.append(4) }
        deferred.unpause()
        #expect(seen == [1, 2, 3, 4])
    }

    @Test("C39: a callback added from inside a running callback goes to the end")
    func reentrant() {
        var seen: [Int] = []
        let deferred = Deferred<Int>()
        deferred.addCallback { _ in
            seen.append(1)
            deferred.addCallback { _ in seen.append(3) }
        }
        deferred.addCallback { _ in seen.append(2) }
        deferred.callback(0)
        #expect(seen == [1, 2, 3])
    }

    @Test("C40: it does not run before the running callback has returned")
    func notWithin() {
        var seen: [String] = []
        let deferred = Deferred<Int>()
        deferred.addCallback { _ in
            deferred.addCallback { _ in seen.append("added") }
            seen.append("end of the first")
        }
        deferred.callback(0)
        #expect(seen == ["end of the first", "added"])
    }

    @Test("C40: nor does one added to the Deferred of the running callback's own result")
    func notWithinItself() {
        var seen: [String] = []
        let deferred = Deferred<Int>()
        var next: Deferred<Void>?
        next = deferred.addCallback { _ -> Void in
            next?.addCallback { seen.append("added") }
            seen.append("end of the first")
        }
        deferred.callback(0)
        #expect(seen == ["end of the first", "added"])
        next = nil
    }

    @Test("C41: if a late-added callback throws, the errback after it gets the error")
    func reentrantFailure() {
        var seen: [String] = []
        let deferred = Deferred<Int>()
        deferred.addCallback { _ in
            deferred.addCallback { _ -> Void in throw Oops("C41") }
                .addErrback { seen.append("\($0)") }
        }
        deferred.callback(0)
        #expect(seen == ["C41"])
    }

    @Test("C: firing again from inside a callback is refused and harms nothing")
    func firedWithin() {
        let deferred = Deferred<Int>()
        var error: AlreadyCalledError?
        let next = deferred.addCallback { value -> Int in
            error = deferred.callback(9)
            return value
        }
        deferred.callback(1)
        #expect(error != nil && next.success == 1)
    }

    @Test("C: cancelling the Deferred of the running callback from inside it does nothing")
    func cancelledWithin() {
        let deferred = Deferred<Int>()
        var next: Deferred<Int>?
        next = deferred.addCallback { value -> Int in
            next?.cancel()
            deferred.cancel()
            return value
        }
        let end = next?.addCallback { $0 + 1 }
        deferred.callback(1)
        #expect(end?.success == 2)
        next = nil
    }

    @Test("C: unpausing inside a callback does not run the rest before it has returned")
    func unpausedWithin() {
        var seen: [String] = []
        let deferred = Deferred<Int>()
        deferred.addCallback { _ in
            deferred.pause()
            deferred.unpause()
            seen.append("first")
        }
        deferred.addCallback { _ in seen.append("second") }
        deferred.callback(1)
        #expect(seen == ["first", "second"])
    }
}
