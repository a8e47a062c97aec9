/// Why a ``LoopingCall`` did not start.
public enum LoopingCallError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The interval is negative, or no number that time can have.
    case badInterval(Double)
    /// It runs already.
    case alreadyRunning

    /// One line for people.
    public var description: String {
        switch self {
        case .badInterval(let seconds): "cannot call every \(seconds) seconds"
        case .alreadyRunning: "the looping call runs already"
        }
    }
}

/// Calls a function again and again, at multiples of an interval.
///
/// Calls that come late do not shift those that follow: the next falls on the next multiple of the
/// interval after the start, and those that were missed are dropped. A function that returns a
/// Deferred is not called again before that has fired.
@Reactor
public final class LoopingCall {
    private enum Body {
        case plain(@Reactor (Int) throws -> Void)
        case waiting(@Reactor (Int) throws -> Deferred<Void>)
    }
    private let body: Body
    private let clock: any ReactorTime
    private var ended: Deferred<LoopingCall>?
    private var timer: DelayedCall?
    /// What the function returned and the next call waits for.
    private var pending: Deferred<Void>?
    private var startTime = 0.0
    /// The multiple of the interval that the next call stands for.
    private var nextMultiple = 0.0
    /// The one that the last call stood for.
    private var lastMultiple = 0.0

    /// Whether it will call again.
    public private(set) var isRunning = false
    /// Seconds between two calls; as given to ``start(_:now:fileID:line:)``.
    public private(set) var interval = 0.0

    /// Makes one that does not run yet.
    ///
    /// - Parameters:
    ///   - clock: Whose time; the reactor's by default.
    ///   - body: What to call.
    public init(
        clock: any ReactorTime = Reactor.clock, _ body: @escaping @Reactor () throws -> Void
    ) {
        self.clock = clock
        self.body = .plain { _ in try body() }
    }

    /// Makes one that waits for what the function returns.
    ///
    /// - Parameters:
    ///   - clock: Whose time; the reactor's by default.
    ///   - body: What to call; the next call waits for its Deferred.
    public init<Success>(
        clock: any ReactorTime = Reactor.clock,
        _ body: @escaping @Reactor () throws -> Deferred<Success>
    ) {
        self.clock = clock
        self.body = .waiting { _ in try body().addCallback { _ in } }
    }

    /// Makes one that tells the function how many intervals have passed since its last call.
    ///
    /// - Parameters:
    ///   - clock: Whose time; the reactor's by default.
    ///   - body: What to call; its number is 1 unless calls were missed, and never 0.
    public init(
        clock: any ReactorTime = Reactor.clock,
        counting body: @escaping @Reactor (Int) throws -> Void
    ) {
        self.clock = clock
        self.body = .plain(body)
    }

    /// Makes one that tells the number of intervals, and waits for what the function returns.
    ///
    /// - Parameters:
    ///   - clock: Whose time; the reactor's by default.
    ///   - body: What to call; its number is 1 unless calls were missed, and never 0.
    public init<Success>(
        clock: any ReactorTime = Reactor.clock,
        counting body: @escaping @Reactor (Int) throws -> Deferred<Success>
    ) {
        self.clock = clock
        self.body = .waiting { try body($0).addCallback { _ in } }
    }

    /// Calls the function now and then every `interval` seconds.
    ///
    /// - Parameters:
    ///   - interval: Seconds from call to call, 0 or more; with 0 it calls once in every turn of
    ///     the reactor.
    ///   - now: False to wait one interval before the first call.
    ///   - fileID: Where it is started; kept with `TWINE_DEBUG=1` only.
    ///   - line: As `fileID`.
    /// - Returns: Fires with this loop when it is stopped, and fails with the first error of the
    ///   function, which ends the loop, or with ``LoopingCallError``. Cancelling it stops the loop.
    @discardableResult
    public func start(
        _ interval: Double, now: Bool = true, fileID: StaticString = #fileID, line: UInt = #line
    ) -> Deferred<LoopingCall> {
        guard interval >= 0, interval.isFinite else {
            return fail(LoopingCallError.badInterval(interval), fileID: fileID, line: line)
        }
        guard ended == nil, pending == nil else {
            return fail(LoopingCallError.alreadyRunning, fileID: fileID, line: line)
        }
        let ended = Deferred<LoopingCall>(
            canceller: { [weak self] _ in self?.abandon() }, fileID: fileID, line: line)
        self.ended = ended
        self.interval = interval
        isRunning = true
        startTime = clock.seconds()
        if now {
            // The first call stands for the interval that ends at the start.
            lastMultiple = -1
            nextMultiple = 0
            call()
        } else {
            lastMultiple = 0
            schedule()
        }
        return ended
    }

    /// Ends the loop: no call comes any more.
    ///
    /// The Deferred of `start` fires before this returns, or, when the function is at work, as soon
    /// as that is done.
    public func stop() {
        guard isRunning else { return }
        isRunning = false
        guard let timer = timer.take() else { return }
        timer.cancel()
        end(.success(self))
    }

    /// Starts the interval anew: the next call comes one whole interval from now.
    public func reset() {
        guard isRunning, let timer = timer.take() else { return }
        timer.cancel()
        startTime = clock.seconds()
        lastMultiple = 0
        schedule()
    }

    private func call() {
        timer = nil
        let count = passed()
        switch body {
        case .plain(let body):
            do {
                try body(count)
                finish(.success(()))
            } catch {
                finish(.failure(error))
            }
        case .waiting(let body):
            let pending = maybeDeferred { try body(count) }
            self.pending = pending
            pending.addBoth { result in
                self.pending = nil
                self.finish(result)
            }
        }
    }

    /// How many intervals this call stands for.
    private func passed() -> Int {
        guard interval > 0 else { return 1 }
        // A timer is never early, whatever the division says at the boundary of two intervals.
        let multiple = max(nextMultiple, ((clock.seconds() - startTime) / interval).rounded(.down))
        let count = multiple - lastMultiple
        lastMultiple = multiple
        return Int(exactly: count) ?? Int.max
    }

    private func finish(_ result: Result<Void, any Error>) {
        switch result {
        case .failure(let error):
            isRunning = false
            end(.failure(error))
        case .success:
            if isRunning { schedule() } else { end(.success(self)) }
        }
    }

    private func schedule() {
        let now = clock.seconds()
        var delay = 0.0
        if interval > 0 {
            nextMultiple = max(lastMultiple, ((now - startTime) / interval).rounded(.down)) + 1
            delay = startTime + nextMultiple * interval - now
        }
        timer = clock.callLater(delay) { self.call() }
    }

    private func end(_ result: Result<LoopingCall, any Error>) {
        guard let ended = ended.take(), !ended.isFired else { return }
        ended.fire(result)
    }

    /// The Deferred of `start` was cancelled.
    private func abandon() {
        isRunning = false
        ended = nil
        timer.take()?.cancel()
        pending?.cancel()
    }
}
