import CTwine
import Synchronization
import Testing

@testable import TwineCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Runs `body` on a thread of its own.
func onThread(_ body: @escaping @Sendable () -> Void) {
    let box = unsafe Unmanaged.passRetained(ThreadBody(body)).toOpaque()
    let error = unsafe twine_thread(
        "test",
        { context in
            guard let context = unsafe context else { return }
            unsafe Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().body()
        }, box)
    precondition(error == 0)
}

private final class ThreadBody: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

@Reactor private var counted = 0

/// Storms run in processes of their own: they would slow down whatever shares the reactor with them.
@Suite(.timeLimit(.minutes(2)))
struct ReactorTests {
    @Test("calls from eight threads all arrive, each thread's in its order")
    func callStorm() async {
        await #expect(processExitsWith: .success) { try await checkCallStorm() }
    }

    @Test("wake-ups are not lost: each call waits for the one before to have run")
    func wakeUps() async {
        await #expect(processExitsWith: .success) { try await checkWakeUps() }
    }

    @Test("tasks that hop to the reactor and away from it all come to their end")
    func hops() async {
        let total = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    var sum = 0
                    for _ in 0..<100 { sum += await one() }
                    return sum
                }
            }
            return await group.reduce(0, +)
        }
        #expect(total == 10_000)
    }

    @Test("a job that never waits does not keep sockets and timers from their turn")
    func jobStorm() async {
        await #expect(processExitsWith: .success) { try await checkJobStorm() }
    }

    @Test("timers that always come again do not keep sockets from their turn")
    func timerStorm() async {
        await #expect(processExitsWith: .success) { try await checkTimerStorm() }
    }

    @Test("callFromThread on the reactor itself comes later, not at once")
    @Reactor
    func callFromItself() async throws {
        var events: [String] = []
        Reactor.callFromThread { events.append("later") }
        events.append("now")
        try await until { events.count == 2 }
        #expect(events == ["now", "later"])
    }

    @Test("assumeIsolated is the reactor's inside, and isCurrent says where one is")
    func isolation() async {
        #expect(!Reactor.isCurrent)
        await inside()
    }

    @Reactor
    private func inside() {
        #expect(Reactor.isCurrent)
        #expect(Reactor.assumeIsolated { Reactor.isCurrent })
    }

    @Test("off the reactor, assumeIsolated stops the program")
    func noIsolation() async {
        await #expect(processExitsWith: .failure) {
            Reactor.assumeIsolated { counted += 1 }
        }
    }

    @Test("run() takes the loop over from its own thread and gives it back, a thousand times")
    func handOver() async {
        await #expect(processExitsWith: .success) {
            let storms = startStorms()
            for round in 0..<1000 {
                let here = currentThread()
                let seen = Atomic<UInt>(0)
                Reactor.callFromThread {
                    // With the loop's own thread, this may run before run() has the loop.
                    seen.store(currentThread(), ordering: .relaxed)
                    if round % 2 == 0 {
                        Reactor.callLater(0) { Reactor.stop() }
                    } else {
                        Reactor.stop()
                    }
                }
                Reactor.run()
                precondition(seen.load(ordering: .relaxed) != 0, "run() came back without the call")
                precondition(!Reactor.isCurrent && here == currentThread())
            }
            try await storms.end()
        }
    }

    @Test("two threads in run(): the second waits for the first one's end")
    func twoRuns() async {
        await #expect(processExitsWith: .success) {
            let ended = Atomic<Int>(0)
            for _ in 0..<2 {
                onThread {
                    Reactor.run()
                    ended.add(1, ordering: .sequentiallyConsistent)
                }
            }
            while ended.load(ordering: .sequentiallyConsistent) < 1 { Reactor.stop() }
            while ended.load(ordering: .sequentiallyConsistent) < 2 { Reactor.stop() }
        }
    }

    @Test("a stop that comes before run() ends it at once")
    func earlyStop() async {
        await #expect(processExitsWith: .success) {
            Reactor.stop()
            Reactor.run()
            onThread { Reactor.stop() }
            Reactor.run()
        }
    }

    @Test("runReactor runs its program on the calling thread, the first time and again")
    func runReactorHere() async {
        await #expect(processExitsWith: .success) {
            for status in [0, 7, 0] as [Int32] {
                let here = currentThread()
                let result = runReactor { _ in
                    precondition(currentThread() == here)
                    return deferLater(0.001) {
                        precondition(currentThread() == here)
                        if status != 0 { throw SystemExit(status) }
                    }
                }
                precondition(result == status)
            }
        }
    }

    @Test("a program that ends after the reactor was stopped by others stops nobody else")
    func lateEnd() async {
        await #expect(processExitsWith: .success) {
            let late = Late()
            let status = runReactor { _ in
                Reactor.callLater(0) { Reactor.stop() }
                return late.deferred
            }
            precondition(status == 0)
            let second = runReactor { _ in
                late.deferred.callback(())
                return deferLater(0.001) { throw SystemExit(3) }
            }
            precondition(second == 3, "\(second)")
        }
    }
}

@Reactor
private func checkCallStorm() async throws {
    let threads = 8
    let calls = 20_000
    let storm = Storm(threads: threads)
    for thread in 0..<threads {
        onThread {
            for call in 0..<calls {
                Reactor.callFromThread { storm.note(thread, call) }
            }
        }
    }
    try await until { storm.count == threads * calls }
    precondition(storm.isOrdered)
}

@Reactor
private func checkWakeUps() async throws {
    let rounds = 20_000
    let pings = Counter()
    try await deferToThread {
        for round in 1...rounds {
            Reactor.callFromThread { pings.add() }
            while pings.value < round { sched_yield() }
        }
    }.value
    precondition(pings.value == rounds)
}

@Reactor
private func checkJobStorm() async throws {
    let user = Recorder()
    let peer = Pair.unix(user)
    let over = Counter()
    var jobs = 0
    let storm = inlineCallbacks {
        while over.value == 0 {
            jobs += 1
            try await letJobsRun()
        }
    }
    peer.send("x")
    try await until { user.text == "x" }
    var hasFired = false
    Reactor.callLater(0.001) { hasFired = true }
    try await until { hasFired }
    over.add()
    try await storm.value
    precondition(jobs > 100)
}

@Reactor
private func checkTimerStorm() async throws {
    let user = Recorder()
    let peer = Pair.unix(user)
    let again = Again()
    again.start()
    peer.send("x")
    try await until { user.text == "x" }
    again.isOver = true
}

@Reactor
private final class Storm {
    private var next: [Int]
    private(set) var count = 0
    private(set) var isOrdered = true

    init(threads: Int) { next = Array(repeating: 0, count: threads) }

    func note(_ thread: Int, _ call: Int) {
        if next[thread] != call { isOrdered = false }
        next[thread] = call + 1
        count += 1
    }
}

@Reactor
private final class Again {
    var isOver = false
    func start() { Reactor.callLater(0) { if !self.isOver { self.start() } } }
}

@Reactor
private final class Late {
    nonisolated init() {}
    private(set) lazy var deferred = Deferred<Void>()
}

@Reactor
private func one() -> Int { 1 }

/// Lets the other jobs of the reactor go first; the loop itself does not turn for it.
@Reactor
private func letJobsRun() async throws {
    let deferred = Deferred<Void>()
    Task { fire(deferred) }
    try await deferred.value
}

@Reactor
private func fire(_ deferred: Deferred<Void>) { deferred.callback(()) }

/// Threads and tasks that use the reactor while it is handed from thread to thread.
private struct Storms: Sendable {
    let isOver: Counter
    let sent: [Counter]
    let received: Counter
    let tasks: [Task<Int, Never>]
    let hops: Counter

    func end() async throws {
        isOver.add()
        var hopped = 0
        for task in tasks { hopped += await task.value }
        precondition(hops.value == hopped, "\(hops.value) of \(hopped) hops")
        // Threads end by themselves; each has counted what it sent.
        while sent.contains(where: { $0.value >= 0 && !$0.isClosed }) { usleep(100) }
        let all = sent.reduce(0) { $0 + $1.value }
        while received.value < all { usleep(100) }
        precondition(received.value == all, "\(received.value) of \(all) calls")
    }
}

private final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    private let closed = Atomic<Bool>(false)
    var value: Int { count.load(ordering: .sequentiallyConsistent) }
    var isClosed: Bool { closed.load(ordering: .sequentiallyConsistent) }
    func add() { count.add(1, ordering: .sequentiallyConsistent) }
    func close() { closed.store(true, ordering: .sequentiallyConsistent) }
}

private func startStorms() -> Storms {
    let isOver = Counter()
    let received = Counter()
    let hops = Counter()
    let sent = (0..<3).map { _ in Counter() }
    for counter in sent {
        onThread {
            while isOver.value == 0 {
                counter.add()
                Reactor.callFromThread { received.add() }
                usleep(50)
            }
            counter.close()
        }
    }
    let tasks = (0..<4).map { _ in
        Task {
            var count = 0
            while isOver.value == 0 {
                await hop(hops)
                count += 1
            }
            return count
        }
    }
    return Storms(isOver: isOver, sent: sent, received: received, tasks: tasks, hops: hops)
}

@Reactor
private func hop(_ counter: Counter) async {
    counter.add()
    _ = try? await deferLater(0).value
}
