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

/// Runs a blocking function on a thread of the pool; the Deferred has its result, on the reactor.
///
/// At most ``ThreadPool/limit`` run at once, the others wait in line. Cancelling the Deferred takes
/// a call that has not begun out of the line; one that has begun runs to its end, and its result is
/// dropped.
@Reactor
public func deferToThread<Success: Sendable>(
    fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable () throws -> Success
) -> Deferred<Success> {
    let isGivenUp = GivenUp()
    let deferred = Deferred<Success>(
        canceller: { _ in isGivenUp.flag.store(true, ordering: .relaxed) }, fileID: fileID,
        line: line)
    ThreadPool.shared.run {
        guard !isGivenUp.flag.load(ordering: .relaxed) else { return }
        let result = Result(catching: body)
        Reactor.callFromThread {
            if !deferred.isFired { deferred.fire(result) }
        }
    }
    return deferred
}

private final class GivenUp: Sendable {
    let flag = Atomic<Bool>(false)
}

/// The threads for functions that block: started when needed, kept until the program ends.
public final class ThreadPool: Sendable {
    /// The pool of ``deferToThread(fileID:line:_:)``.
    public static let shared = ThreadPool()

    /// How many threads it has at most.
    ///
    /// Twisted's number: enough for name lookups and files, few enough that a thousand calls are no
    /// thousand stacks.
    public static let limit = 10

    private struct Line {
        var waiting: Deque<@Sendable () -> Void> = []
        var threads = 0
        var idle = 0
    }
    private let line = Mutex(Line())
    private let wakeUp = Semaphore()

    /// Runs `body` on a thread of the pool, in the order of the calls.
    ///
    /// - Parameter body: What to run; it may block.
    public func run(_ body: @escaping @Sendable () -> Void) {
        let start = line.withLock { line in
            line.waiting.append(body)
            let start = line.idle < line.waiting.count && line.threads < Self.limit
            if start { line.threads += 1 }
            return start
        }
        if start { startThread() }
        wakeUp.signal()
    }

    /// What a thread that could not be started would have done, when there is no other: late is
    /// better than never.
    private func runInPlace() {
        let body = line.withLock { line in
            line.threads == 0 ? line.waiting.popFirst() : nil
        }
        body?()
    }

    private func startThread() {
        let context = unsafe Unmanaged.passRetained(self).toOpaque()
        let error = unsafe twine_thread(
            "blocking",
            { context in
                guard let context = unsafe context else { return }
                unsafe Unmanaged<ThreadPool>.fromOpaque(context).takeRetainedValue().work()
            }, context)
        guard error != 0 else { return }
        unsafe Unmanaged<ThreadPool>.fromOpaque(context).release()
        line.withLock { $0.threads -= 1 }
        runInPlace()
    }

    private func work() {
        while true {
            line.withLock { $0.idle += 1 }
            wakeUp.wait()
            let body = line.withLock { line in
                line.idle -= 1
                return line.waiting.popFirst()
            }
            body?()
        }
    }
}
