import CTwine
import DequeModule
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

func monotonicSeconds() -> Double { twine_monotonic_seconds() }

/// The loop itself: an executor for the actor and for tasks, the poller, the timers, and the
/// descriptors that are watched.
///
/// One turn: run what is ready, then wait for events (as long as the next timer allows), serve each
/// event, then the timers that are due. After each callback the jobs that it made ready run, and
/// then what was written leaves, so writes made during one callback share one system call.
@usableFromInline
final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
    // MARK: Shared between threads

    private struct Inbox {
        var jobs: [UnownedJob] = []
        var calls: [@Reactor () -> Void] = []
        var isEmpty: Bool { jobs.isEmpty && calls.isEmpty }
        /// The wake-up was sent and not yet seen.
        var isWaking = false
        /// A thread is in the loop, or has been started for it.
        var hasThread = false
    }
    private let inbox = Mutex(Inbox())
    /// The thread in the loop; 0 when none is.
    private let owner = Atomic<UInt>(0)
    private let stopping = Atomic<Bool>(false)
    /// How many threads wait to run the loop themselves, by `run()`.
    private let claims = Atomic<Int>(0)
    /// Something is in the inbox.
    private let hasMail = Atomic<Bool>(false)

    // MARK: The loop's own, touched by its thread only

    nonisolated(unsafe) private var ready: Deque<UnownedJob> = []
    @Reactor private(set) lazy var timers = RealTimers()
    @Reactor private(set) lazy var watched = WatchedDescriptors()
    @Reactor private lazy var waker = Waker()
    /// Transports with something to send when the callback at hand is over.
    @Reactor private var unsent: [TCPConnection] = []
    /// What layers above do when the callback at hand is over, before their transports send.
    @Reactor private var putOff: [@Reactor () -> Void] = []

    @Reactor var clock: any ReactorTime { timers }

    init() {
        DeferredDebug.startFromEnvironment()
        twine_ignore_sigpipe()
    }

    // MARK: Executor

    @usableFromInline
    var isCurrent: Bool { owner.load(ordering: .relaxed) == currentThread() }

    @usableFromInline
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            unsafe ready.append(job)
        } else {
            fromElsewhere { $0.jobs.append(job) }
        }
    }

    @usableFromInline
    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }

    @usableFromInline
    func checkIsolated() {
        precondition(isCurrent, "not on the reactor's thread")
    }

    @usableFromInline
    func isIsolatingCurrentContext() -> Bool? { isCurrent }

    func callFromThread(_ body: @escaping @Reactor () -> Void) {
        fromElsewhere { $0.calls.append(body) }
    }

    /// Puts something in the inbox, wakes the loop, and starts a thread for it if it has none.
    private func fromElsewhere(_ put: (inout Inbox) -> Void) {
        let (wake, start) = inbox.withLock { inbox in
            put(&inbox)
            let wake = !inbox.isWaking && inbox.hasThread
            let start = !inbox.hasThread
            inbox.hasThread = true
            if wake { inbox.isWaking = true }
            hasMail.store(true, ordering: .releasing)
            return (wake, start)
        }
        if start { startThread() }
        if wake { Waker.ring() }
    }

    private func startThread() {
        let context = unsafe Unmanaged.passRetained(self).toOpaque()
        let error = unsafe twine_thread(
            "reactor",
            { context in
                guard let context = unsafe context else { return }
                unsafe Unmanaged<EventLoop>.fromOpaque(context).takeRetainedValue().runAside()
            }, context)
        precondition(error == 0, "no thread for the reactor: \(SystemError(errno: error))")
    }

    // MARK: Running

    func runHere(first: (@Reactor () -> Void)? = nil) {
        precondition(!isCurrent, "Reactor.run() called inside of the reactor")
        stopping.store(false, ordering: .relaxed)
        // The loop's own thread leaves it at the end of its turn.
        claims.wrappingAdd(1, ordering: .releasing)
        inbox.withLock { $0.hasThread = true }
        Waker.ring()
        while !enter() { usleep(100) }
        claims.wrappingSubtract(1, ordering: .releasing)
        Reactor.assumeIsolated {
            _ = waker
            // Not through the inbox: another thread could serve it, and a `stop()` be lost.
            if let first { serve("start of the program", first) }
            while !stopping.load(ordering: .relaxed) { turn() }
        }
        leave()
    }

    /// The loop's own thread: runs until a caller of `run()` claims the loop.
    private func runAside() {
        // If a caller of `run()` was faster, it serves what this thread was started for.
        guard claims.load(ordering: .acquiring) == 0, enter() else { return }
        Reactor.assumeIsolated {
            _ = waker
            while claims.load(ordering: .acquiring) == 0 { turn() }
        }
        leave()
    }

    private func enter() -> Bool {
        owner.compareExchange(
            expected: 0, desired: currentThread(), ordering: .acquiringAndReleasing
        ).exchanged
    }

    /// Gives the loop free; when there is work and nobody has claimed it, a thread takes over.
    private func leave() {
        let start = inbox.withLock { inbox in
            owner.store(0, ordering: .releasing)
            let isClaimed = claims.load(ordering: .acquiring) > 0
            let start = !isClaimed && !inbox.isEmpty
            inbox.hasThread = isClaimed || start
            return start
        }
        if start { startThread() }
    }

    func stop() {
        stopping.store(true, ordering: .relaxed)
        Waker.ring()
    }

    // MARK: One turn

    @Reactor
    private func turn() {
        takeInbox()
        finishCallback()
        let isIdle = unsafe ready.isEmpty
        watched.wait(atMost: isIdle ? timers.secondsToNext : 0) { descriptor, readiness in
            serve("event of \(type(of: descriptor))") { descriptor.serve(readiness) }
        }
        timers.runDue { call in
            serve("timer set at \(call.place)") { call.run() }
        }
    }

    /// Runs one callback, what it made ready, and sends what it wrote.
    @Reactor
    private func serve(_ what: @autoclosure () -> String, _ callback: @Reactor () -> Void) {
        if unsafe DeferredDebug.isEnabled {
            DeferredDebug.measure(what) { Reactor.assumeIsolated(callback) }
        } else {
            callback()
        }
        finishCallback()
    }

    /// Jobs that follow one callback run before the next event, but not without end: a function
    /// that never really waits must not starve the others.
    private static let maxJobsPerCallback = 1024

    @Reactor
    func finishCallback() {
        var jobs = 0
        while jobs < Self.maxJobsPerCallback, let job = unsafe ready.popFirst() {
            unsafe run(job)
            jobs += 1
        }
        while true {
            if !putOff.isEmpty {
                let bodies = putOff
                putOff = []
                for body in bodies { body() }
            }
            guard let connection = unsent.popLast() else { break }
            connection.flush()
        }
    }

    @unsafe
    private func run(_ job: UnownedJob) {
        unsafe job.runSynchronously(
            isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
    }

    @Reactor
    private func takeInbox() {
        guard hasMail.load(ordering: .acquiring) else { return }
        let (jobs, calls) = inbox.withLock { inbox in
            let taken = (inbox.jobs, inbox.calls)
            inbox.jobs = []
            inbox.calls = []
            inbox.isWaking = false
            hasMail.store(false, ordering: .releasing)
            return taken
        }
        unsafe ready.append(contentsOf: jobs)
        for call in calls { serve("call from another thread", call) }
    }

    @Reactor
    func whenCallbackReturns(_ body: @escaping @Reactor () -> Void) { putOff.append(body) }

    /// Notes a transport that has something to send at the end of this callback.
    @Reactor
    func sendLater(_ connection: TCPConnection) { unsent.append(connection) }
}

/// A number that tells threads apart, never 0.
@inline(__always)
func currentThread() -> UInt {
    #if canImport(Darwin)
    return unsafe UInt(bitPattern: pthread_self())
    #else
    return UInt(pthread_self())
    #endif
}
