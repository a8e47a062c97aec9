public import TwineCore

/// A clock that only moves when a test says so.
@Reactor
public final class ManualClock: ReactorTime {
    private var now = 0.0
    private lazy var timers = TimerQueue { [unowned self] in now }

    /// Makes a clock that stands at 0 seconds.
    public init() {}

    /// Seconds since it was made.
    public func seconds() -> Double { now }

    /// See `ReactorTime`.
    public func callLater(
        _ delay: Double, fileID: StaticString, line: UInt, _ body: @escaping @Reactor () -> Void
    ) -> DelayedCall {
        timers.make(delay, fileID, line, body)
    }

    /// See `ReactorTime`.
    public var delayedCalls: [DelayedCall] { timers.pending }

    /// Moves the clock and runs every call that is due on the way, each at its own time.
    ///
    /// - Parameter seconds: How far to move.
    public func advance(_ seconds: Double) {
        let end = now + seconds
        while let time = timers.nextTime, time <= end {
            now = max(now, time)
            timers.takeDue(at: time)?.run()
        }
        // A call may have moved the clock further.
        now = max(now, end)
    }

    /// Moves the clock several times.
    ///
    /// - Parameter steps: How far each time, in seconds.
    public func pump(_ steps: [Double]) {
        for step in steps { advance(step) }
    }
}
