import Testing
import TwineCore
import TwineTesting

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct LoopingCallTests {
    let clock = ManualClock()

    @Test("K138: it calls at once and then every interval")
    func basic() {
        var times: [Double] = []
        let loop = LoopingCall(clock: clock) { times.append(self.clock.seconds()) }
        loop.start(2)
        #expect(times == [0] && loop.isRunning && loop.interval == 2)
        clock.advance(2)
        clock.pump([1, 1, 1, 1])
        #expect(times == [0, 2, 4, 6])
        loop.stop()
    }

    @Test("K138: with now: false it waits first")
    func delayed() {
        var times: [Double] = []
        let loop = LoopingCall(clock: clock) { times.append(self.clock.seconds()) }
        loop.start(2, now: false)
        #expect(times.isEmpty)
        clock.advance(4)
        #expect(times == [2, 4])
        loop.stop()
    }

    @Test(
        "K138: a negative interval, or one that is no length of time, is refused",
        arguments: [-1, -Double.infinity, Double.infinity])
    func bad(_ interval: Double) {
        // Adapted: the Deferred fails in place of a thrown error.
        let loop = LoopingCall(clock: clock) {}
        let deferred = loop.start(interval)
        #expect(deferred.error as? LoopingCallError == .badInterval(interval))
        #expect(!loop.isRunning && clock.delayedCalls.isEmpty)
        deferred.consume()
        let nan = loop.start(.nan)
        #expect(nan.error is LoopingCallError)
        nan.consume()
    }

    @Test("K138: a second start is refused and does not disturb the first")
    func twice() {
        var calls = 0
        let loop = LoopingCall(clock: clock) { calls += 1 }
        let first = loop.start(1)
        let second = loop.start(1)
        #expect(second.error as? LoopingCallError == .alreadyRunning)
        second.consume()
        clock.advance(1)
        loop.stop()
        #expect(calls == 2 && first.success === loop)
    }

    @Test("K139: start's Deferred fires with the loop when it is stopped")
    func stopped() {
        let loop = LoopingCall(clock: clock) {}
        let deferred = loop.start(1)
        #expect(!deferred.isFired)
        loop.stop()
        #expect(deferred.success === loop && clock.delayedCalls.isEmpty)
        loop.stop()
    }

    @Test("K139: stopping from the first call, and before it, leaves no timer")
    func stoppedAtOnce() {
        var loop: LoopingCall?
        var calls = 0
        loop = LoopingCall(clock: clock) {
            calls += 1
            loop?.stop()
        }
        #expect(loop?.start(1).isFired == true && calls == 1 && clock.delayedCalls.isEmpty)
        let late = loop?.start(1, now: false)
        loop?.stop()
        #expect(late?.isFired == true && calls == 1 && clock.delayedCalls.isEmpty)
        loop = nil
    }

    @Test("K140: when time skips, missed calls are dropped; the next falls on the next multiple")
    func skipped() {
        var times: [Double] = []
        let loop = LoopingCall(clock: clock) {
            times.append(self.clock.seconds())
            if times.count == 1 { self.clock.advance(4.5) }
        }
        loop.start(2)
        clock.advance(1.5)
        #expect(times == [0, 6])
        loop.stop()
    }

    @Test("K141: a counting loop tells how many intervals have passed")
    func counting() {
        var counts: [Int] = []
        let busy = Box(0.0)
        let loop = LoopingCall(
            clock: clock,
            counting: { count in
                counts.append(count)
                self.clock.advance(busy.value)
            })
        loop.start(1)
        clock.advance(1)
        busy.value = 3.5
        clock.advance(1)
        busy.value = 0
        clock.advance(1)
        #expect(counts == [1, 1, 1, 4])
        loop.stop()
    }

    @Test(
        "K141: the sum of the counts is right and none is 0, with intervals no binary number has",
        arguments: [0.1, 0.2, 0.3, 1.0 / 3, 0.7, 1e-3, 1e6 / 7])
    func floating(_ interval: Double) {
        var counts: [Int] = []
        let loop = LoopingCall(clock: clock, counting: { counts.append($0) })
        loop.start(interval, now: false)
        for _ in 0..<1000 { clock.advance(interval) }
        clock.advance(interval / 2)
        #expect(counts.allSatisfy { $0 > 0 } && counts.reduce(0, +) == 1000)
        loop.stop()
    }

    @Test("K142: interval 0 calls once every turn of the reactor, with count 1")
    func everyTurn() async throws {
        var counts: [Int] = []
        var turns = 0
        var loop: LoopingCall?
        func turn() {
            turns += 1
            if turns < 5 { Reactor.callLater(0) { turn() } }
        }
        turn()
        loop = LoopingCall(counting: { (count: Int) in
            counts.append(count)
            if counts.count == 5 { loop?.stop() }
        })
        _ = try await loop?.start(0).value
        #expect(counts == [1, 1, 1, 1, 1] && turns >= 4)
        loop = nil
    }

    @Test("K143: the next call waits for the Deferred that the function returned")
    func waiting() {
        var calls: [Deferred<Int>] = []
        let loop = LoopingCall(clock: clock) { () -> Deferred<Int> in
            calls.append(Deferred<Int>())
            return calls[calls.count - 1]
        }
        let ended = loop.start(1)
        clock.advance(5.5)
        #expect(calls.count == 1)
        calls[0].callback(1)
        clock.advance(0.5)
        #expect(calls.count == 2)
        loop.stop()
        #expect(!ended.isFired)
        calls[1].callback(1)
        #expect(ended.success === loop && clock.delayedCalls.isEmpty)
    }

    @Test("K143: and its count tells what passed meanwhile")
    func waitingCount() {
        var counts: [Int] = []
        var work = Deferred<Void>()
        let loop = LoopingCall(
            clock: clock,
            counting: { (count: Int) -> Deferred<Void> in
                counts.append(count)
                work = Deferred<Void>()
                return work
            })
        loop.start(1)
        clock.advance(3.5)
        work.callback(())
        clock.advance(0.5)
        #expect(counts == [1, 4])
        loop.stop()
        work.callback(())
    }

    @Test("K144: an error from the function stops the loop and fails start's Deferred")
    func failing() {
        var calls = 0
        let loop = LoopingCall(clock: clock) {
            calls += 1
            if calls == 2 { throw Oops("K144") }
        }
        let ended = loop.start(1)
        clock.advance(5)
        #expect(ended.oops == Oops("K144") && calls == 2 && !loop.isRunning)
        #expect(clock.delayedCalls.isEmpty)
        ended.consume()
    }

    @Test("K144: so does one in its Deferred, and one after it called stop itself")
    func failingLater() {
        let work = Deferred<Void>()
        let loop = LoopingCall(clock: clock) { work }
        let ended = loop.start(1)
        work.errback(Oops("K144b"))
        #expect(ended.oops == Oops("K144b"))
        ended.consume()
        var stopping: LoopingCall?
        stopping = LoopingCall(clock: clock) {
            stopping?.stop()
            throw Oops("K144c")
        }
        let other = stopping?.start(1)
        #expect(other?.oops == Oops("K144c"))
        other?.consume()
        stopping = nil
    }

    @Test("K145: reset starts the interval anew")
    func reset() {
        var times: [Double] = []
        let loop = LoopingCall(clock: clock) { times.append(self.clock.seconds()) }
        loop.start(2)
        clock.advance(1.5)
        loop.reset()
        clock.advance(1.5)
        #expect(times == [0])
        clock.advance(2.5)
        #expect(times == [0, 3.5, 5.5])
        loop.stop()
        loop.reset()
        #expect(clock.delayedCalls.isEmpty)
    }

    @Test("K: cancelling start's Deferred stops the loop, and what its function waits for")
    func cancelled() {
        let loop = LoopingCall(clock: clock) {}
        let ended = loop.start(1)
        ended.cancel()
        #expect(ended.isCancelled && !loop.isRunning && clock.delayedCalls.isEmpty)
        ended.consume()
        let work = Deferred<Void>()
        let waiting = LoopingCall(clock: clock) { work }
        let other = waiting.start(1)
        other.cancel()
        #expect(work.isCancelled && other.isCancelled && clock.delayedCalls.isEmpty)
        other.consume()
    }

    @Test("K: a stopped loop can be started again, and is freed")
    func restarted() {
        var calls = 0
        #expect(
            isFreed {
                let loop = LoopingCall(clock: clock) { calls += 1 }
                loop.start(1)
                loop.stop()
                loop.start(1)
                clock.advance(1)
                loop.stop()
                return loop
            })
        #expect(calls == 3)
    }
}
