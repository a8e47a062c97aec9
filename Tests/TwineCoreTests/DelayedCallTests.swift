import Testing
import TwineCore
import TwineTesting

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct DelayedCallTests {
    let clock = ManualClock()

    @Test("K132: a manual clock moves by advance and pump only")
    func moves() {
        #expect(clock.seconds() == 0)
        clock.advance(1.5)
        clock.pump([1, 2])
        #expect(clock.seconds() == 4.5)
    }

    @Test("K133: callLater gives a handle with time, cancel, delay, reset and state")
    func handle() {
        var calls = 0
        clock.advance(10)
        let call = clock.callLater(5) { calls += 1 }
        #expect(call.time == 15 && call.isActive)
        call.delay(1)
        #expect(call.time == 16)
        call.reset(2)
        #expect(call.time == 12)
        clock.advance(2)
        #expect(calls == 1 && !call.isActive)
    }

    @Test("K134: advance runs every call due by then, in the order of their times, then of calls")
    func order() {
        var seen: [String] = []
        for (name, delay) in [("c", 3.0), ("a", 1), ("b", 2), ("b2", 2), ("d", 4)] {
            clock.callLater(delay) { seen.append("\(name)@\(self.clock.seconds())") }
        }
        clock.advance(3)
        #expect(seen == ["a@1.0", "b@2.0", "b2@2.0", "c@3.0"])
    }

    @Test("K134: a call made by a call runs in the same advance when it is due by then")
    func nestedCalls() {
        var seen: [Double] = []
        clock.callLater(1) {
            self.clock.callLater(1) { seen.append(self.clock.seconds()) }
        }
        clock.advance(5)
        #expect(seen == [2])
    }

    @Test("K135: a cancelled call never runs; a second cancel says so")
    func cancelled() {
        var calls = 0
        let call = clock.callLater(1) { calls += 1 }
        #expect(call.cancel() == nil && call.cancel() == .alreadyCancelled)
        #expect(call.reset(1) == .alreadyCancelled && call.delay(1) == .alreadyCancelled)
        clock.advance(2)
        #expect(calls == 0)
    }

    @Test("K135: cancelling a call from inside itself says that it was called")
    func cancelledWithin() {
        // Adapted: the failure is returned, not thrown.
        var failure: DelayedCall.Failure?
        var call: DelayedCall?
        call = clock.callLater(1) { failure = call?.cancel() }
        clock.advance(1)
        #expect(failure == .alreadyCalled)
        #expect(call?.delay(1) == .alreadyCalled && call?.reset(1) == .alreadyCalled)
    }

    @Test("K136: delay and reset reorder, sooner and later, from inside a call too")
    func reordered() {
        var seen: [String] = []
        let first = clock.callLater(1) { seen.append("first") }
        let second = clock.callLater(2) { seen.append("second") }
        let third = clock.callLater(3) { seen.append("third") }
        first.delay(1.5)
        third.reset(0.5)
        clock.callLater(0.2) { second.reset(5) }
        clock.advance(10)
        #expect(seen == ["third", "first", "second"])
    }

    @Test("K136: moved sooner, then later again, a call is listed once and runs once")
    func movedBack() {
        var calls = 0
        let call = clock.callLater(5) { calls += 1 }
        call.reset(3)
        call.reset(5)
        clock.advance(4)
        #expect(clock.delayedCalls.count == 1)
        clock.advance(10)
        #expect(calls == 1 && clock.delayedCalls.isEmpty)
    }

    @Test("K136: any mixture of moves keeps the order, as a sorted list would")
    func randomMoves() {
        var random = SeededRandom(seed: 136)
        var ran: [Int] = []
        var calls: [DelayedCall] = []
        for number in 0..<500 {
            calls.append(
                clock.callLater(.random(in: 0...100, using: &random)) {
                    ran.append(number)
                })
        }
        for _ in 0..<3000 {
            let call = calls[.random(in: 0..<500, using: &random)]
            switch Int.random(in: 0..<8, using: &random) {
            case 0: call.cancel()
            case 1...3: call.delay(.random(in: -20...20, using: &random))
            case 4...6: call.reset(.random(in: 0...100, using: &random))
            default: clock.advance(0.01)
            }
        }
        let alive = calls.indices.filter { calls[$0].isActive }
        #expect(clock.delayedCalls.count == alive.count)
        let already = ran.count
        let expected = alive.sorted { calls[$0].time < calls[$1].time }
        clock.advance(1000)
        #expect(Array(ran.dropFirst(already)) == expected)
    }

    @Test("K137: delayedCalls lists what is pending, in order")
    func listed() {
        let late = clock.callLater(2) {}
        let soon = clock.callLater(1) {}
        let cancelled = clock.callLater(3) {}
        cancelled.cancel()
        #expect(
            clock.delayedCalls.map(ObjectIdentifier.init)
                == [soon, late].map(ObjectIdentifier.init))
        clock.advance(5)
        #expect(clock.delayedCalls.isEmpty)
    }

    @Test("K: delays that are negative, no number, or without end do no harm")
    func strangeDelays() {
        var seen: [String] = []
        clock.callLater(-5) { seen.append("negative") }
        clock.callLater(.nan) { seen.append("nan") }
        clock.callLater(.infinity) { seen.append("never") }
        let call = clock.callLater(1) { seen.append("moved") }
        call.delay(.nan)
        call.delay(-.infinity)
        clock.advance(0)
        #expect(seen.sorted() == ["moved", "nan", "negative"])
        let never = Reactor.callLater(.infinity) {}
        let late = Reactor.callLater(1e300) {}
        never.cancel()
        late.cancel()
    }

    @Test("K: a timer that is set and cancelled 100,000 times holds no memory")
    func cancelledOften() {
        weak var left: DelayedCall?
        for _ in 0..<100_000 { clock.callLater(60) {}.cancel() }
        do {
            let call = clock.callLater(60) {}
            left = call
            call.cancel()
        }
        for _ in 0..<200 { clock.callLater(60) {}.cancel() }
        #expect(left == nil && clock.delayedCalls.isEmpty)
    }

    @Test("K: a call that outlives its clock can be cancelled and moved")
    func outlives() {
        let call: DelayedCall
        do { call = ManualClock().callLater(1) {} }
        #expect(!call.isActive)
        #expect(call.cancel() == .alreadyCancelled && call.reset(1) == .alreadyCancelled)
    }

    @Test("K146: deferLater fires with the function's result, or fails with its error")
    func deferred() {
        let value = deferLater(5, clock: clock) { 3 }
        let failing: Deferred<Int> = deferLater(5, clock: clock) { throw Oops("K146") }
        let nothing = deferLater(5, clock: clock)
        #expect(!value.isFired)
        clock.advance(5)
        #expect(value.success == 3 && failing.oops == Oops("K146") && nothing.isFired)
        failing.consume()
    }

    @Test("K146: cancelling it takes the call back")
    func deferredCancelled() {
        var calls = 0
        let deferred = deferLater(5, clock: clock) { calls += 1 }
        deferred.cancel()
        #expect(deferred.isCancelled && clock.delayedCalls.isEmpty)
        clock.advance(10)
        #expect(calls == 0)
        deferred.consume()
    }

    @Test("K: the reactor's own timers run in order and can be cancelled")
    func real() async throws {
        var seen: [Int] = []
        let start = Reactor.seconds
        Reactor.callLater(0.02) { seen.append(2) }
        Reactor.callLater(0.01) { seen.append(1) }
        let cancelled = Reactor.callLater(0.005) { seen.append(0) }
        cancelled.cancel()
        try await deferLater(0.03).value
        #expect(seen == [1, 2] && Reactor.seconds - start >= 0.03)
    }
}
