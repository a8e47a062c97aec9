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
final class EventLoop: SerialExecutor, @unchecked Sendable {
    // MARK: Shared between threads

    /// Who is in the loop, or about to be.
    private enum Holder { case nobody, ownThread, caller }

    private struct Inbox {
        var jobs: [UnownedJob] = []
        var calls: [@Reactor () -> Void] = []
        var isEmpty: Bool { jobs.isEmpty && calls.isEmpty }
        /// The wake-up was sent and not yet seen.
        var isWaking = false
        var holder = Holder.nobody
        /// How many threads wait in `run()` for the loop to be given to them.
        var callers = 0
        /// The loop has run on a thread of its own before, and goes back there after `run()`.
        var hasOwnThread = false
    }
    private let inbox = Mutex(Inbox())
    /// The thread in the loop; 0 when none is.
    private let owner = Atomic<UInt>(0)
    private let stopping = Atomic<Bool>(false)
    /// A caller of `run()` waits for the loop's own thread to leave.
    private let isClaimed = Atomic<Bool>(false)
    private let handedOver = Semaphore()
    /// Something is in the inbox.
    private let hasMail = Atomic<Bool>(false)

    // MARK: The loop's own, touched by its thread only

    @exclusivity(unchecked) nonisolated(unsafe) private var ready: Deque<UnownedJob> = []
    @Reactor private(set) lazy var timers = RealTimers()
    @Reactor private(set) lazy var watched = WatchedDescriptors(self)
    @Reactor private lazy var waker = Waker()
    /// Transports with something to send when the callback at hand is over.
    @Reactor @safe @exclusivity(unchecked) private var unsent: [TCPConnection] = []
    /// What layers above do when the callback at hand is over, before their transports send.
    @Reactor @safe @exclusivity(unchecked) private var putOff: [@Reactor () -> Void] = []
    @Reactor @safe @exclusivity(unchecked) private var sending: [TCPConnection] = []
    /// Jobs that may still follow one callback in this turn.
    @Reactor private var allowance = 0
    /// Turns so far; tests see by it that the loop sleeps.
    @Reactor private(set) var turnCount = 0

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

    /// Puts a suspended function in the queue.
    @Reactor
    @unsafe
    func resume(_ job: UnownedJob) { unsafe ready.append(job) }

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
            hasMail.store(true, ordering: .releasing)
            guard inbox.holder != .nobody else {
                inbox.holder = .ownThread
                return (false, true)
            }
            let wake = !inbox.isWaking
            inbox.isWaking = true
            return (wake, false)
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

    /// Runs the loop on the calling thread until it is stopped.
    ///
    /// - Parameter first: Called in the loop before anything else.
    func runHere(_ first: (@Reactor () -> Void)? = nil) {
        precondition(!isCurrent, "Reactor.run() called inside of the reactor")
        let waits = inbox.withLock { inbox in
            guard inbox.holder != .nobody else {
                inbox.holder = .caller
                return false
            }
            inbox.callers += 1
            isClaimed.store(true, ordering: .relaxed)
            return true
        }
        if waits {
            // The loop's own thread leaves at the end of its turn, another caller when stopped.
            Waker.ring()
            handedOver.wait()
        }
        owner.store(currentThread(), ordering: .relaxed)
        Reactor.assumeIsolated {
            prepare()
            // Not through the inbox: another thread could serve it, and a `stop()` be lost.
            if let first { serve("start of the program", first) }
            while !stopping.load(ordering: .relaxed) { turn() }
        }
        stopping.store(false, ordering: .relaxed)
        leave()
    }

    /// The loop's own thread: runs until a caller of `run()` claims the loop.
    private func runAside() {
        owner.store(currentThread(), ordering: .relaxed)
        inbox.withLock { $0.hasOwnThread = true }
        Reactor.assumeIsolated {
            prepare()
            while !isClaimed.load(ordering: .relaxed) { turn() }
        }
        leave()
    }

    /// What needs the reactor itself, and so cannot be made with the loop.
    @Reactor
    private func prepare() {
        guard turnCount == 0 else { return }
        _ = waker
        DeferredDebug.listenToSignal()
    }

    /// Gives the loop to the next caller that waits, or to a thread of its own if there is work.
    private func leave() {
        let hasJobs = unsafe !ready.isEmpty
        owner.store(0, ordering: .relaxed)
        let next = inbox.withLock { inbox in
            if inbox.callers > 0 {
                inbox.callers -= 1
                inbox.holder = .caller
                isClaimed.store(inbox.callers > 0, ordering: .relaxed)
            } else if inbox.hasOwnThread || hasJobs || !inbox.isEmpty {
                inbox.holder = .ownThread
            } else {
                inbox.holder = .nobody
            }
            return inbox.holder
        }
        switch next {
        case .nobody: break
        case .ownThread: startThread()
        case .caller: handedOver.signal()
        }
    }

    func stop() {
        stopping.store(true, ordering: .relaxed)
        Waker.ring()
    }

    // MARK: One turn

    /// Jobs that follow one callback run before the next event, but not without end: a function
    /// that never really waits must not starve the others.
    private static let maxJobsPerCallback = 1024
    /// How many follow a callback in a turn in which one has used up its share.
    private static let fewJobsPerCallback = 16
    /// How often what sending has called for is sent in its turn, before other events are looked at:
    /// a producer may always have more.
    private static let maxRounds = 4

    @Reactor
    private func turn() {
        turnCount &+= 1
        allowance = Self.maxJobsPerCallback
        takeInbox()
        finishCallback()
        let isIdle = unsafe ready.isEmpty && unsent.isEmpty && putOff.isEmpty
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
            DeferredDebug.measure(what()) { Reactor.assumeIsolated(callback) }
        } else {
            callback()
        }
        finishCallback()
    }

    /// Runs the jobs that a callback made ready, then sends what all of them wrote.
    @Reactor
    private func finishCallback() {
        for _ in 0..<Self.maxRounds {
            if unsafe !ready.isEmpty { runJobs() }
            if !putOff.isEmpty { runPutOff() }
            guard !unsent.isEmpty else { return }
            if unsent.count == 1 {
                // Nearly always: what the callback answered.
                unsent.removeLast().flush()
                continue
            }
            swap(&unsent, &sending)
            for connection in sending { connection.flush() }
            sending.removeAll(keepingCapacity: true)
        }
    }

    @Reactor
    private func runPutOff() {
        let bodies = putOff
        putOff = []
        for body in bodies { body() }
    }

    @Reactor
    private func runJobs() {
        var jobs = 0
        while let job = unsafe ready.popFirst() {
            unsafe run(job)
            jobs += 1
            guard jobs < allowance else {
                allowance = Self.fewJobsPerCallback
                return
            }
        }
    }

    @unsafe
    private func run(_ job: UnownedJob) {
        unsafe job.runSynchronously(on: asUnownedSerialExecutor())
    }

    /// Runs the job that `start` puts in the queue before this returns, in the callback at hand.
    @Reactor
    func runAtOnce<Value>(_ start: () -> Value) -> Value {
        let count = unsafe ready.count
        let value = start()
        if unsafe ready.count > count { unsafe run(ready.removeLast()) }
        return value
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
