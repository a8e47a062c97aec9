/// The event loop as a global actor: what is marked `@Reactor` runs on its one thread, a callback
/// always to its end, so nothing needs a lock and the compiler proves it.
///
/// The loop runs on the thread that calls ``run()`` or ``react(_:)``, and on a thread of its own
/// when nobody does (in a library, in tests).
@globalActor
public actor Reactor {
    /// The one reactor of the process.
    public static let shared = Reactor()

    @usableFromInline nonisolated let loop = EventLoop()

    /// The loop as Swift's concurrency sees it.
    nonisolated public var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    /// Whether the caller is on the reactor's thread, in the loop.
    @inlinable
    public static var isCurrent: Bool { shared.loop.isCurrent }

    // MARK: Running

    /// Runs the loop on the calling thread until ``stop()``.
    ///
    /// A loop that runs on a thread of its own moves here meanwhile, and back afterwards. A second
    /// thread that calls this waits for the first one's end.
    nonisolated public static func run() { shared.loop.runHere() }

    /// Ends ``run()`` when the turn at hand is over; may be called from any thread.
    ///
    /// One that comes before ``run()`` ends the next ``run()`` at once, so that none is lost between
    /// two threads.
    nonisolated public static func stop() { shared.loop.stop() }

    // MARK: Time

    /// The reactor's time; tests pass a `ManualClock` in its place.
    @Reactor public static var clock: any ReactorTime { shared.loop.clock }

    /// Seconds of a clock that only moves forward, from an arbitrary start.
    public static var seconds: Double { monotonicSeconds() }

    /// Calls `body` once, `delay` seconds from now.
    ///
    /// - Returns: The handle by which the call can be cancelled or moved.
    @Reactor
    @discardableResult
    public static func callLater(
        _ delay: Double, fileID: StaticString = #fileID, line: UInt = #line,
        _ body: @escaping @Reactor () -> Void
    ) -> DelayedCall {
        clock.callLater(delay, fileID: fileID, line: line, body)
    }

    /// The calls that are pending.
    @Reactor public static var delayedCalls: [DelayedCall] { clock.delayedCalls }

    /// Calls `body` when the callback at hand has returned, before what it wrote is sent.
    @Reactor
    package static func whenCallbackReturns(_ body: @escaping @Reactor () -> Void) {
        shared.loop.whenCallbackReturns(body)
    }

    /// Starts a task on the reactor, which runs up to its first wait before this returns.
    @Reactor
    @discardableResult
    static func startTask<Success>(
        _ body: sending @escaping @Reactor () async throws -> Success
    ) -> Task<Success, any Error> {
        shared.loop.runAtOnce { Task(operation: body) }
    }

    // MARK: From elsewhere

    /// Calls `body` on the reactor soon; may be called from any thread.
    nonisolated public static func callFromThread(_ body: @escaping @Reactor () -> Void) {
        shared.loop.callFromThread(body)
    }

    /// Calls `body` at once when on the reactor, otherwise soon.
    @usableFromInline
    nonisolated static func callNowOrFromThread(_ body: @escaping @Reactor () -> Void) {
        if isCurrent {
            assumeIsolated(body)
        } else {
            callFromThread(body)
        }
    }

    /// Runs `body` as part of the reactor, where the compiler cannot see that the caller is.
    ///
    /// - Precondition: The caller is on the reactor's thread (``isCurrent``).
    @discardableResult
    nonisolated public static func assumeIsolated<Value, Failure: Error>(
        _ body: @Reactor () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        precondition(isCurrent, "not on the reactor's thread")
        typealias Plain = () throws(Failure) -> Value
        return try withoutActuallyEscaping(body) {
            (body: @escaping @Reactor () throws(Failure) -> Value) throws(Failure) -> Value in
            try unsafe unsafeBitCast(body, to: Plain.self)()
        }
    }

    /// Runs `body` wherever the caller is, on what no other thread can have.
    @unsafe
    nonisolated static func assumeUnshared(_ body: @Reactor () -> Void) {
        withoutActuallyEscaping(body) { body in
            unsafe unsafeBitCast(body, to: (() -> Void).self)()
        }
    }
}
