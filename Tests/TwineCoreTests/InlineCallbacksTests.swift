import Testing
import TwineCore

private enum Context {
    @TaskLocal static var name = "none"
}

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct InlineCallbacksTests {
    init() { CapturedLog.install() }

    /// Lets everything that is ready run.
    private func settle() async throws { try await deferLater(0).value }

    @Test("I102, I121: a function that waits for nothing is done when the call returns")
    func eager() {
        let deferred = inlineCallbacks { try await succeed(1).value + succeed(2).value }
        #expect(deferred.success == 3)
    }

    @Test("I103: awaiting a failed Deferred throws its error, which counts as handled")
    func failed() {
        do {
            var seen: (any Error)?
            _ = inlineCallbacks {
                do { _ = try await fail(Oops("I103"), as: Int.self).value } catch { seen = error }
            }
            #expect(seen as? Oops == Oops("I103"))
        }
        #expect(CapturedLog.lines(with: "I103").isEmpty)
    }

    @Test("I104: the function resumes right after the callback that fired, before other events")
    func resumption() async {
        // Adapted: Twisted resumes it before callback() returns. A Swift function resumes through
        // the reactor's queue, which runs when the callback at hand has returned. In a process of
        // its own: the loop bounds what may follow one callback, and other tests use that up.
        await #expect(processExitsWith: .exitCode(0)) {
            react { _ in
                var seen: [String] = []
                let deferred = Deferred<Int>()
                let done = inlineCallbacks {
                    _ = try await deferred.value
                    seen.append("resumed")
                }
                Reactor.callLater(0) {
                    Reactor.callLater(0) { seen.append("next timer") }
                    deferred.callback(1)
                    seen.append("end of the callback")
                }
                Reactor.callLater(0) { seen.append("other timer") }
                try await done.value
                try await deferLater(0).value
                precondition(seen.prefix(2) == ["end of the callback", "resumed"], "\(seen)")
                precondition(seen.contains("other timer"), "\(seen)")
            }
        }
    }

    @Test("I105: the return value fires the Deferred; nothing is Void")
    func returned() async throws {
        let inner = Deferred<Int>()
        let deferred = inlineCallbacks { try await inner.value * 2 }
        inner.callback(4)
        #expect(try await deferred.value == 8)
        let nothing: Deferred<Void> = inlineCallbacks {}
        #expect(nothing.isFired)
    }

    @Test("I106: an error thrown by the function fails its Deferred")
    func threw() async {
        let now: Deferred<Int> = inlineCallbacks { throw Oops("I106") }
        #expect(now.oops == Oops("I106"))
        now.consume()
        let inner = Deferred<Int>()
        let later: Deferred<Int> = inlineCallbacks {
            _ = try await inner.value
            throw Oops("I106b")
        }
        inner.callback(1)
        await #expect(throws: Oops("I106b")) { try await later.value }
    }

    @Test("I107: an error that the function catches does not fail it", arguments: [true, false])
    func caught(_ late: Bool) async throws {
        let inner = Deferred<Int>()
        if !late { inner.errback(Oops("I107")) }
        let deferred = inlineCallbacks {
            do { return try await inner.value } catch { return 7 }
        }
        if late { inner.errback(Oops("I107")) }
        #expect(try await deferred.value == 7)
    }

    @Test("I108: awaiting 100,000 fired Deferreds in a row does not grow the stack")
    func manyFired() {
        let deferred = inlineCallbacks {
            var sum = 0
            for _ in 0..<100_000 { sum += try await succeed(1).value }
            return sum
        }
        #expect(deferred.success == 100_000)
    }

    @Test("I108: nor does awaiting 10,000 that are fired one after the other")
    func manyUnfired() async throws {
        var current = Deferred<Int>()
        let deferred = inlineCallbacks {
            var sum = 0
            for _ in 0..<10_000 { sum += try await current.value }
            return sum
        }
        let firing = inlineCallbacks {
            for _ in 0..<10_000 {
                let fired = current
                current = Deferred<Int>()
                fired.callback(1)
                try await deferLater(0).value
            }
        }
        #expect(try await deferred.value == 10_000)
        try await firing.value
    }

    @Test("I110: functions nested three deep give values and errors through every level")
    func nested() async throws {
        func first(_ inner: Deferred<Int>) -> Deferred<Int> {
            inlineCallbacks { try await inner.value + 1 }
        }
        func second(_ inner: Deferred<Int>) -> Deferred<Int> {
            inlineCallbacks { try await first(inner).value + 1 }
        }
        func third(_ inner: Deferred<Int>) -> Deferred<Int> {
            inlineCallbacks { try await second(inner).value + 1 }
        }
        #expect(third(succeed(0)).success == 3)
        let later = Deferred<Int>()
        let result = third(later)
        later.callback(10)
        #expect(try await result.value == 13)
        let failing = Deferred<Int>()
        let failure = third(failing)
        failing.errback(Oops("I110"))
        await #expect(throws: Oops("I110")) { try await failure.value }
    }

    @Test("I111: callbacks added to the function's Deferred before it is awaited run first")
    func intermediate() async throws {
        var seen: [String] = []
        let inner = Deferred<Int>()
        let deferred = inlineCallbacks { try await inner.value }
        deferred.addCallback { _ in seen.append("callback") }
        let outer = inlineCallbacks {
            _ = try await deferred.value
            seen.append("awaited")
        }
        inner.callback(1)
        try await outer.value
        #expect(seen == ["callback", "awaited"])
    }

    @Test("I112: awaiting a paused Deferred waits for the unpause")
    func paused() async throws {
        let deferred = succeed(1)
        deferred.pause()
        let waiting = inlineCallbacks { try await deferred.value }
        try await settle()
        #expect(!waiting.isFired)
        deferred.unpause()
        #expect(try await waiting.value == 1)
        let inner = Deferred<Int>()
        let outer = succeed(0).addCallback { _ in inner }
        outer.pause()
        let other = inlineCallbacks { try await outer.value }
        inner.callback(2)
        try await settle()
        #expect(!other.isFired)
        outer.unpause()
        #expect(try await other.value == 2)
    }

    @Test("I112: a Deferred that is paused again right after it resumed a function harms nothing")
    func pausedAgain() async throws {
        let deferred = Deferred<Int>()
        let waiting = inlineCallbacks { try await deferred.value }
        deferred.callback(1)
        deferred.pause()
        #expect(try await waiting.value == 1)
        deferred.unpause()
    }

    // I113 is tested in DeferredErrorsTests: Swift has no backtrace of async functions, so the
    // places where the Deferreds were made are what is told.

    @Test("I114: task-local values set before the call are seen after every resume")
    func context() async throws {
        let inner = Deferred<Int>()
        let deferred = Context.$name.withValue("outer") {
            inlineCallbacks {
                var seen = [Context.name]
                _ = try await inner.value
                seen.append(Context.name)
                try await Context.$name.withValue("inner") {
                    _ = try await succeed(1).value
                    seen.append(Context.name)
                }
                seen.append(Context.name)
                return seen
            }
        }
        inner.callback(1)
        #expect(try await deferred.value == ["outer", "outer", "inner", "outer"])
        #expect(Context.name == "none")
    }

    @Test("I115: cancelling the function's Deferred cancels what it waits for, at once")
    func cancelInward() async throws {
        let inner = Deferred<Int>()
        let deferred = inlineCallbacks { try await inner.value }
        deferred.cancel()
        #expect(inner.isCancelled)
        await #expect(throws: CancelledError.self) { try await deferred.value }
    }

    @Test("I116: if nobody handles it the function's Deferred fails with CancelledError")
    func cancelOutward() async throws {
        let inner = Deferred<Int>()
        let middle = inlineCallbacks { try await inner.value }
        let outer = inlineCallbacks { try await middle.value }
        outer.cancel()
        #expect(inner.isCancelled)
        await #expect(throws: CancelledError.self) { try await outer.value }
    }

    @Test("I117: the function may catch the cancel and throw another error")
    func translated() async {
        let inner = Deferred<Int>()
        let deferred: Deferred<Int> = inlineCallbacks {
            do { return try await inner.value } catch { throw Oops("I117") }
        }
        deferred.cancel()
        await #expect(throws: Oops("I117")) { try await deferred.value }
    }

    @Test("I118: it may catch it and return a value")
    func suppressed() async throws {
        let inner = Deferred<Int>()
        let deferred = inlineCallbacks {
            do { return try await inner.value } catch { return 5 }
        }
        deferred.cancel()
        #expect(try await deferred.value == 5)
    }

    @Test(
        "I119: if the chain answers the cancel by waiting for something else, so does the function")
    func slowCancel() async throws {
        let inner = Deferred<Int>()
        let cleanup = Deferred<Int>()
        let chain = inner.addErrback { _ in cleanup }
        let deferred = inlineCallbacks { try await chain.value }
        deferred.cancel()
        try await settle()
        #expect(!deferred.isFired)
        cleanup.callback(6)
        #expect(try await deferred.value == 6)
    }

    @Test("I120: a function that caught one cancel and waits again can be cancelled again")
    func cancelledTwice() async throws {
        let first = Deferred<Int>()
        let second = Deferred<Int>()
        let deferred = inlineCallbacks {
            do { _ = try await first.value } catch {}
            return try await second.value
        }
        deferred.cancel()
        try await settle()
        #expect(first.isCancelled && !second.isFired && !deferred.isFired)
        deferred.cancel()
        #expect(second.isCancelled)
        await #expect(throws: CancelledError.self) { try await deferred.value }
    }

    @Test("I: a second cancel before the function could resume does no harm")
    func cancelledBetween() async throws {
        let first = Deferred<Int>()
        let second = Deferred<Int>()
        let deferred = inlineCallbacks {
            do { _ = try await first.value } catch {}
            return try await second.value
        }
        deferred.cancel()
        deferred.cancel()
        try await settle()
        #expect(!second.isFired)
        second.callback(1)
        #expect(try await deferred.value == 1)
    }

    @Test("I: cancelling after the awaited Deferred fired, before the resume, changes nothing")
    func cancelledAfterFiring() async throws {
        let inner = Deferred<Int>()
        let deferred = inlineCallbacks { try await inner.value }
        inner.callback(1)
        deferred.cancel()
        #expect(try await deferred.value == 1)
    }

    @Test("I: cancelling a finished function does nothing")
    func cancelledLate() {
        let deferred = inlineCallbacks { 1 }
        deferred.cancel()
        #expect(deferred.success == 1)
    }

    @Test("I: a function can cancel its own Deferred: its next wait throws")
    func cancelsItself() async throws {
        let start = Deferred<Void>()
        var itself: Deferred<Int>?
        let inner = Deferred<Int>()
        itself = inlineCallbacks {
            try await start.value
            itself?.cancel()
            return try await inner.value
        }
        start.callback(())
        let deferred = try #require(itself)
        await #expect(throws: CancelledError.self) { try await deferred.value }
        #expect(inner.isCancelled)
        itself = nil
    }

    @Test("I: cancelling reaches what child tasks wait for")
    func children() async throws {
        let first = Deferred<Int>()
        let second = Deferred<Int>()
        let deferred = inlineCallbacks {
            async let one = first.value
            async let two = second.value
            return try await one + two
        }
        try await settle()
        try await settle()
        deferred.cancel()
        await #expect(throws: CancelledError.self) { try await deferred.value }
    }

    @Test("I: cancelling reaches the child tasks that wait for no Deferred, too")
    func childAsleep() async throws {
        let second = Deferred<Int>()
        let started = Deferred<Void>()
        let deferred = inlineCallbacks {
            async let one: Void = Task.sleep(for: .seconds(3600))
            async let two = { @Reactor in
                started.callback(())
                return try await second.value
            }()
            try await one
            return try await two
        }
        try await started.value
        try await settle()
        deferred.cancel()
        await #expect(throws: CancellationError.self) { try await deferred.value }
        #expect(second.isCancelled)
    }

    @Test("I: cancelling leaves the child tasks of a function that waits for a Deferred itself")
    func childOfWaiting() async throws {
        let inner = Deferred<Int>()
        let child = Deferred<Int>()
        let deferred = inlineCallbacks {
            async let other = child.value
            let own = (try? await inner.value) ?? 1
            return try await own + other
        }
        deferred.cancel()
        #expect(inner.isCancelled)
        child.callback(2)
        #expect(try await deferred.value == 3)
    }

    @Test("I: a task group that cancels its children reaches what they wait for")
    func group() async throws {
        let endless = Deferred<Int>()
        let quick = Deferred<Int>()
        let deferred = inlineCallbacks {
            try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask { try await endless.value }
                group.addTask { try await quick.value }
                let first = try await group.next()
                group.cancelAll()
                return first
            }
        }
        quick.callback(3)
        #expect(try await deferred.value == 3)
        #expect(endless.isCancelled)
    }

    @Test("I: two functions may wait for one Deferred, in the order they came")
    func two() async throws {
        var seen: [Int] = []
        let inner = Deferred<Int>()
        let all = gatherResults(
            (0..<3).map { number in
                inlineCallbacks {
                    _ = try await inner.value
                    seen.append(number)
                }
            })
        inner.callback(1)
        _ = try await all.value
        #expect(seen == [0, 1, 2])
    }

    @Test("I: a plain Task may await a Deferred, and its cancel reaches it")
    func plainTask() async throws {
        let inner = Deferred<Int>()
        let task = Task { try await inner.value }
        try await settle()
        task.cancel()
        await #expect(throws: CancelledError.self) { try await task.value }
        #expect(inner.isCancelled)
    }

    @Test("I: a plain Task resumes before the next event as well, without leaving the reactor")
    func plainTaskResumption() async throws {
        let deferred = Deferred<Void>()
        var seen: [String] = []
        let waiting = Deferred<Void>()
        let task = Task { @Reactor in
            waiting.callback(())
            try await deferred.value
            seen.append("resumed")
        }
        try await waiting.value
        Reactor.callLater(0) { deferred.callback(()) }
        Reactor.callLater(0) { seen.append("other timer") }
        try await task.value
        try await settle()
        #expect(seen == ["resumed", "other timer"])
    }

    @Test("I: a Task that a function starts at once is cancelled by itself")
    func immediateTask() async throws {
        let inner = Deferred<Int>()
        let task = try await inlineCallbacks {
            Task.immediate { @Reactor in try await inner.value }
        }.value
        task.cancel()
        await #expect(throws: CancelledError.self) { try await task.value }
        #expect(inner.isCancelled)
    }

    @Test("I: a Task cancelled before it waits cancels what it then waits for")
    func cancelledTask() async throws {
        let inner = Deferred<Int>()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await inner.value
        }
        task.cancel()
        await #expect(throws: CancelledError.self) { try await task.value }
    }

    @Test("I: after 1,000 functions nothing is pending")
    func nothingLeft() async throws {
        weak var last: AnyDeferred?
        do {
            var inners: [Deferred<Int>] = []
            var all: [Deferred<Int>] = []
            for _ in 0..<1000 {
                let inner = Deferred<Int>()
                inners.append(inner)
                all.append(inlineCallbacks { try await inner.value })
            }
            last = inners.last
            for inner in inners { inner.callback(1) }
            #expect(try await gatherResults(all).value.count == 1000)
        }
        try await settle()
        #expect(last == nil)
    }
}
