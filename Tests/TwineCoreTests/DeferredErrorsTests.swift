import Testing
import TwineCore

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct DeferredErrorsTests {
    init() { CapturedLog.install() }

    @Test("D42: a failure that nobody handled is reported as soon as its Deferred is released")
    func reported() {
        do {
            let deferred = fail(Oops("D42 alone"), as: Int.self)
            #expect(CapturedLog.lines(with: "D42 alone").isEmpty)
            _ = deferred.isFired
        }
        #expect(CapturedLog.lines(with: "D42 alone").count == 1)
    }

    @Test("D42: only the end of a chain reports, and once")
    func reportedOnce() {
        do {
            let deferred = Deferred<Int>()
            deferred.addCallback { $0 + 1 }.addCallback { $0 + 1 }
            deferred.errback(Oops("D42 chain"))
        }
        #expect(CapturedLog.lines(with: "D42 chain").count == 1)
    }

    @Test("D42: each branch that nobody handled reports")
    func branches() {
        do {
            let deferred = Deferred<Int>()
            deferred.addCallback { $0 + 1 }
            deferred.addErrback { _ in 0 }
            deferred.errback(Oops("D42 branch"))
        }
        #expect(CapturedLog.lines(with: "D42 branch").count == 1)
    }

    @Test("D43: a chain that never fires is freed when it is dropped: no cycle is in it")
    func unfiredIsFreed() {
        #expect(isFreed { Deferred<Int>() })
        #expect(
            isFreed {
                let deferred = Deferred<Int>()
                deferred.addCallback { $0 + 1 }.addErrback { _ in 1 }.addBoth { _ in }
                return deferred
            })
        #expect(
            isFreed {
                let deferred = Deferred<Int>()
                return deferred.addCallback { $0 }.addCallback { $0 }
            })
    }

    @Test("D43: lists, races, timeouts, locks and queues make no cycle either")
    func relationsAreFreed() {
        #expect(
            isFreed {
                let member = Deferred<Int>()
                _ = DeferredList([member, Deferred<Int>()])
                return member
            })
        #expect(
            isFreed {
                let member = Deferred<Int>()
                return DeferredList([member])
            })
        #expect(
            isFreed {
                let member = Deferred<Int>()
                _ = race([member, Deferred<Int>()])
                return member
            })
        #expect(
            isFreed {
                let member = Deferred<Int>()
                _ = gatherResults([member, Deferred<Int>()])
                return member
            })
        #expect(
            isFreed {
                let lock = DeferredLock()
                _ = lock.acquire()
                _ = lock.acquire()
                lock.run { 1 }
                return lock
            })
        #expect(
            isFreed {
                let queue = DeferredQueue<Int>()
                return (try? queue.get()) ?? Deferred<Int>()
            })
    }

    @Test("D44, D45: with debugging on the report says what, where made and where fired")
    func places() {
        withDebugging {
            let deferred = Deferred<Int>(fileID: "A/Made.swift", line: 44)
            deferred.errback(Oops("D44 placed"), fileID: "A/Fired.swift", line: 45)
        }
        let lines = CapturedLog.lines(with: "D44 placed")
        #expect(
            lines == [
                "unhandled error in Deferred: D44 placed"
                    + " (Deferred made at A/Made.swift:44, fired at A/Fired.swift:45)"
            ])
    }

    @Test("D44: without debugging the report is the error's own text")
    func plainText() {
        do { _ = fail(Oops("D44 plain"), as: Int.self) }
        #expect(
            CapturedLog.lines(with: "D44 plain") == ["unhandled error in Deferred: D44 plain"])
    }

    @Test("D45, I113: a chain's failure is reported with the place of its last callback")
    func chainPlace() {
        withDebugging {
            let deferred = Deferred<Int>()
            deferred.addCallback(fileID: "A/Chain.swift", line: 113) { $0 + 1 }
            deferred.errback(Oops("D45 chain"))
        }
        #expect(CapturedLog.lines(with: "D45 chain")[0].contains("made at A/Chain.swift:113"))
    }

    @Test("D46: an errback that turns the failure into a Deferred clears the report")
    func cleared() {
        do {
            let deferred = fail(Oops("D46"), as: Int.self)
            let inner = Deferred<Int>()
            deferred.addErrback { _ in inner }
            inner.callback(1)
        }
        #expect(CapturedLog.lines(with: "D46").isEmpty)
    }

    @Test("D47: logError logs the failure and hands it on")
    func logged() {
        let deferred = fail(Oops("D47"), as: Int.self).addErrback { try logError($0) as Int }
        #expect(deferred.oops == Oops("D47") && CapturedLog.lines(with: "D47") == ["D47"])
        deferred.consume()
    }

    @Test("D48: once fired, a Deferred lets go of its canceller, so a cycle between them is broken")
    func cancellerDropped() {
        func cyclic(_ end: @Reactor (Deferred<Int>) -> Void) -> Deferred<Int> {
            let itself = Box<Deferred<Int>?>(nil)
            let deferred = Deferred<Int>(canceller: { _ in _ = itself.value })
            itself.value = deferred
            end(deferred)
            return deferred
        }
        #expect(isFreed { cyclic { $0.callback(1) } })
        #expect(
            isFreed {
                cyclic {
                    $0.errback(Oops("D48"))
                    $0.consume()
                }
            })
        #expect(
            isFreed {
                cyclic {
                    $0.cancel()
                    $0.consume()
                }
            })
        #expect(
            isFreed {
                cyclic { deferred in
                    _ = succeed(1).addCallback { _ in deferred }
                    deferred.callback(1)
                }
            })
    }

    @Test("D49: a finished async function is released, with what it held")
    func routineFreed() async throws {
        final class Held {}
        weak var held: Held?
        weak var outer: AnyDeferred?
        let inner = Deferred<Int>()
        do {
            let object = Held()
            held = object
            let deferred = inlineCallbacks {
                let value = try await inner.value
                return (object, value)
            }
            outer = deferred
            inner.callback(1)
            _ = try await deferred.value
        }
        try await deferLater(0).value
        #expect(held == nil && outer == nil)
    }

    @Test("D: the pending Deferreds are listed with their places, and forgotten when released")
    func pendingList() {
        withDebugging {
            let deferred = Deferred<Int>(fileID: "A/Pending.swift", line: 1)
            let next = deferred.addCallback(fileID: "A/Pending.swift", line: 2) { $0 }
            let places = DeferredDebug.pending.map(\.place).sorted()
            #expect(places == ["A/Pending.swift:1", "A/Pending.swift:2"])
            #expect(DeferredDebug.pending.allSatisfy { $0.type == "Deferred<Int>" })
            deferred.callback(1)
            #expect(DeferredDebug.pending.isEmpty && next.isFired)
        }
        #expect(DeferredDebug.pending.isEmpty)
    }

    @Test("D: a chain dropped unfired leaves nothing in the list of pending Deferreds")
    func droppedIsForgotten() {
        withDebugging {
            do {
                var last = Deferred<Int>()
                for _ in 0..<100 { last = last.addCallback { $0 + 1 } }
            }
            #expect(DeferredDebug.pending.isEmpty)
        }
    }

    @Test("D: a Deferred dropped on another thread frees what waited for it on the reactor")
    func droppedElsewhere() async throws {
        weak var left: AnyDeferred?
        do {
            final class Box: @unchecked Sendable {
                var deferred: Deferred<Int>?
            }
            let box = Box()
            let kept: Deferred<Int>
            do {
                let deferred = Deferred<Int>()
                kept = deferred.addCallback { $0 }
                let below = kept.addCallback { $0 }
                left = below
                box.deferred = deferred
            }
            try await deferToThread { box.deferred = nil }.value
            try await deferLater(0).value
            kept.cancel()
            #expect(kept.isCancelled)
            kept.consume()
        }
        #expect(left == nil)
    }
}
