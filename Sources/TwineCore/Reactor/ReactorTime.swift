/// A clock that calls back: the reactor's own, or one that a test moves by hand.
@Reactor
public protocol ReactorTime: AnyObject {
    /// Seconds from an arbitrary start, never backward.
    func seconds() -> Double

    /// Calls `body` once, `delay` seconds from now (at once in the next turn when it is not
    /// positive).
    @discardableResult
    func callLater(
        _ delay: Double, fileID: StaticString, line: UInt, _ body: @escaping @Reactor () -> Void
    ) -> DelayedCall

    /// The calls that are pending, in the order of their times.
    var delayedCalls: [DelayedCall] { get }
}

extension ReactorTime {
    /// Calls `body` once, `delay` seconds from now; the place of the call is noted.
    @discardableResult
    public func callLater(
        _ delay: Double, at fileID: StaticString = #fileID, _ line: UInt = #line,
        _ body: @escaping @Reactor () -> Void
    ) -> DelayedCall {
        callLater(delay, fileID: fileID, line: line, body)
    }
}

/// The reactor's timers, by the monotonic clock.
final class RealTimers: ReactorTime {
    private let timers = TimerQueue { monotonicSeconds() }

    func seconds() -> Double { monotonicSeconds() }

    func callLater(
        _ delay: Double, fileID: StaticString, line: UInt, _ body: @escaping @Reactor () -> Void
    ) -> DelayedCall {
        timers.make(delay, fileID, line, body)
    }

    var delayedCalls: [DelayedCall] { timers.pending }

    /// How long the loop may wait; nil is without end.
    var secondsToNext: Double? {
        guard let time = timers.nextTime else { return nil }
        return max(0, time - seconds())
    }

    /// Takes the calls that are due by now; what they add is for the next turn.
    func runDue(_ serve: (DelayedCall) -> Void) {
        guard timers.nextTime != nil else { return }
        let now = seconds()
        while let call = timers.takeDue(at: now) { serve(call) }
    }
}

/// Calls `body` after `delay` seconds; the Deferred has what it returns or throws.
///
/// Cancelling the Deferred before that takes the call back.
@Reactor
public func deferLater<Success>(
    _ delay: Double, clock: any ReactorTime = Reactor.clock,
    fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Reactor () throws -> Success
) -> Deferred<Success> {
    var call: DelayedCall?
    let deferred = Deferred<Void>(
        canceller: { _ in call?.cancel() }, fileID: fileID, line: line)
    call = clock.callLater(delay, fileID: fileID, line: line) { deferred.callback(()) }
    return deferred.addCallback(fileID: fileID, line: line) { try body() }
}

/// Fires after `delay` seconds: `try await deferLater(0.1).value`.
@Reactor
public func deferLater(
    _ delay: Double, clock: any ReactorTime = Reactor.clock,
    fileID: StaticString = #fileID, line: UInt = #line
) -> Deferred<Void> {
    deferLater(delay, clock: clock, fileID: fileID, line: line) {}
}
