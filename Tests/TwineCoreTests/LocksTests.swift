import Testing
import TwineCore

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct LocksTests {
    @Test("J122: a lock is given at once when free, then in the order of the calls")
    func lock() {
        var seen: [Int] = []
        let lock = DeferredLock()
        #expect(!lock.isLocked)
        for number in 0..<3 { lock.acquire().addCallback { seen.append(number) } }
        #expect(lock.isLocked && seen == [0] && lock.waitingCount == 2)
        lock.release()
        #expect(seen == [0, 1] && lock.isLocked)
        lock.release()
        lock.release()
        #expect(seen == [0, 1, 2] && !lock.isLocked)
    }

    @Test("J123: run holds the lock until the function's Deferred has fired")
    func run() {
        let lock = DeferredLock()
        let work = Deferred<Int>()
        let first = lock.run { work }
        let second = lock.run { 2 }
        #expect(lock.isLocked && !second.isFired)
        work.callback(1)
        #expect(first.success == 1 && second.success == 2 && !lock.isLocked)
    }

    @Test("J123: run gives the lock back on every kind of failure")
    func runFails() {
        let lock = DeferredLock()
        let thrown = lock.run { () throws -> Int in throw Oops("J123") }
        let thrownInstead = lock.run { () throws -> Deferred<Int> in throw Oops("J123") }
        let failed = lock.run { fail(Oops("J123"), as: Int.self) }
        for deferred in [thrown, thrownInstead, failed] {
            #expect(deferred.oops == Oops("J123"))
            deferred.consume()
        }
        #expect(!lock.isLocked)
    }

    @Test("J123: cancelling a run cancels the function's Deferred and gives the lock back")
    func runCancelled() {
        let lock = DeferredLock()
        let work = Deferred<Int>()
        let running = lock.run { work }
        running.cancel()
        #expect(work.isCancelled && running.isCancelled && !lock.isLocked)
        running.consume()
    }

    @Test("J124: a semaphore of three lets three in, then in the order of the calls")
    func semaphore() {
        var seen: [Int] = []
        let semaphore = DeferredSemaphore(3)
        for number in 0..<5 { semaphore.acquire().addCallback { seen.append(number) } }
        #expect(seen == [0, 1, 2] && semaphore.tokens == 0 && semaphore.waitingCount == 2)
        semaphore.release()
        semaphore.release()
        #expect(seen == [0, 1, 2, 3, 4])
        for _ in 0..<3 { semaphore.release() }
        #expect(semaphore.tokens == 3 && semaphore.limit == 3)
    }

    @Test("J124: a semaphore of less than one token is refused")
    func badSemaphore() async {
        await #expect(processExitsWith: .failure) { @Reactor in _ = DeferredSemaphore(0) }
    }

    @Test("J124: releasing what was not acquired is refused")
    func overRelease() async {
        await #expect(processExitsWith: .failure) { @Reactor in DeferredSemaphore(1).release() }
    }

    @Test("J125: cancelling a waiting acquire fails it and takes it out of the line")
    func cancelWaiting() {
        let lock = DeferredLock()
        _ = lock.acquire()
        let second = lock.acquire()
        let third = lock.acquire()
        second.cancel()
        #expect(second.isCancelled && lock.waitingCount == 1)
        lock.release()
        #expect(third.isFired && lock.isLocked)
        second.consume()
    }

    @Test("J125: 10,000 waiting acquires, cancelled in any order, leave nothing behind")
    func cancelMany() {
        let semaphore = DeferredSemaphore(1)
        _ = semaphore.acquire()
        let waiting = (0..<10_000).map { _ in semaphore.acquire() }
        for index in waiting.indices where index % 3 != 0 { waiting[index].cancel() }
        #expect(semaphore.waitingCount == 3334)
        for index in waiting.indices.reversed() where index % 3 == 0 { waiting[index].cancel() }
        #expect(semaphore.waitingCount == 0)
        for deferred in waiting { deferred.consume() }
        semaphore.release()
        #expect(semaphore.tokens == 1 && semaphore.acquire().isFired)
    }

    @Test("J126: cancelling an acquire that holds the lock has no effect")
    func cancelHolding() {
        let lock = DeferredLock()
        let held = lock.acquire()
        held.cancel()
        #expect(lock.isLocked && !held.isCancelled)
    }

    @Test("J127: scoped use gives the lock back on normal and on error exit")
    func scoped() async throws {
        let lock = DeferredLock()
        let value = try await lock.withLock {
            #expect(lock.isLocked)
            return try await succeed(3).value
        }
        #expect(value == 3 && !lock.isLocked)
        await #expect(throws: Oops("J127")) {
            try await lock.withLock { throw Oops("J127") }
        }
        #expect(!lock.isLocked)
    }

    @Test("J127: a function cancelled while it waits for the lock leaves the line")
    func scopedCancel() async throws {
        let lock = DeferredLock()
        _ = lock.acquire()
        let waiting = inlineCallbacks { try await lock.withLock { 1 } }
        waiting.cancel()
        await #expect(throws: CancelledError.self) { try await waiting.value }
        lock.release()
        #expect(!lock.isLocked)
    }

    @Test("J: 100,000 functions that end at once, in line for one lock, do not grow the stack")
    func longLine() {
        let lock = DeferredLock()
        _ = lock.acquire()
        var sum = 0
        for _ in 0..<100_000 { lock.run { sum += 1 } }
        lock.release()
        #expect(sum == 100_000 && !lock.isLocked)
    }

    @Test("J: who asks while tokens are being handed over waits behind those in line")
    func fair() {
        var seen: [String] = []
        let lock = DeferredLock()
        _ = lock.acquire()
        lock.run {
            seen.append("first")
            lock.run { seen.append("asked by the first") }
        }
        lock.run { seen.append("second") }
        lock.release()
        #expect(seen == ["first", "second", "asked by the first"])
    }

    @Test("J128: a queue's get waits when it is empty; both orders are kept")
    func queue() throws {
        let queue = DeferredQueue<Int>()
        try queue.put(1)
        try queue.put(2)
        #expect(try queue.get().success == 1)
        #expect(try queue.get().success == 2)
        let first = try queue.get()
        let second = try queue.get()
        #expect(queue.waitingCount == 2)
        try queue.put(3)
        try queue.put(4)
        #expect(first.success == 3 && second.success == 4 && queue.count == 0)
    }

    @Test("J129: limits of values and of waiting gets are kept; 0 is allowed for either")
    func limits() throws {
        let queue = DeferredQueue<Int>(size: 2, backlog: 1)
        try queue.put(1)
        try queue.put(2)
        #expect(throws: DeferredQueueError.overflow(size: 2)) { try queue.put(3) }
        _ = try queue.get()
        _ = try queue.get()
        _ = try queue.get()
        #expect(throws: DeferredQueueError.underflow(backlog: 1)) { _ = try queue.get() }
        let none = DeferredQueue<Int>(size: 0, backlog: 0)
        #expect(throws: DeferredQueueError.overflow(size: 0)) { try none.put(1) }
        #expect(throws: DeferredQueueError.underflow(backlog: 0)) { _ = try none.get() }
        let handing = DeferredQueue<Int>(size: 0)
        let waiting = try handing.get()
        try handing.put(7)
        #expect(waiting.success == 7)
    }

    @Test("J130: cancelling a waiting get fails it, and a later put goes to the next")
    func cancelGet() throws {
        let queue = DeferredQueue<Int>(backlog: 2)
        let first = try queue.get()
        let second = try queue.get()
        first.cancel()
        try queue.put(1)
        #expect(first.isCancelled && second.success == 1)
        first.consume()
    }
}
