/// A time that something may be idle for; each use begins it anew (Twisted's TimeoutMixin).
///
/// To begin anew costs no work in the queue of timers: 100,000 connections may do it at each message.
@Reactor
public final class IdleTimeout {
    private let clock: any ReactorTime
    private let expired: @Reactor () -> Void
    private var call: DelayedCall?

    /// How long, in seconds; nil is without limit.
    ///
    /// Setting it begins it anew.
    public var seconds: Double? {
        didSet {
            guard let seconds else {
                call.take()?.cancel()
                return
            }
            if let call, call.isActive { call.reset(seconds) } else { start(seconds) }
        }
    }

    /// Makes one that does not run before ``seconds`` is set.
    ///
    /// - Parameters:
    ///   - clock: Whose time.
    ///   - expired: Called once when the time is over.
    public init(clock: any ReactorTime = Reactor.clock, _ expired: @escaping @Reactor () -> Void) {
        self.clock = clock
        self.expired = expired
    }

    /// Begins the time anew.
    public func reset() {
        if let seconds { call?.reset(seconds) }
    }

    private func start(_ seconds: Double) {
        call = clock.callLater(seconds) { [weak self] in
            guard let self else { return }
            call = nil
            self.seconds = nil
            expired()
        }
    }
}

/// Cuts off a connection on which no octet has moved, in either direction, for a time.
public final class TimeoutConnection: ProtocolWrapper {
    private let seconds: Double
    private let clock: any ReactorTime
    private var idle: IdleTimeout?

    /// Wraps a protocol.
    ///
    /// - Parameters:
    ///   - wrapped: The protocol inside.
    ///   - seconds: How long the connection may be idle.
    ///   - clock: Whose time.
    public init(
        _ wrapped: any StreamProtocol, seconds: Double, clock: any ReactorTime = Reactor.clock
    ) {
        self.seconds = seconds
        self.clock = clock
        super.init(wrapped)
    }

    /// See `StreamProtocol`.
    public override func connectionMade(_ transport: any StreamTransport) {
        let idle = IdleTimeout(clock: clock) { [weak self] in self?.timedOut() }
        idle.seconds = seconds
        self.idle = idle
        super.connectionMade(transport)
    }

    private func timedOut() {
        // What waits is not taken by the peer either: there is nothing to be closed in order.
        guard bufferedCount == 0 else { return abortConnection() }
        loseConnection()
    }

    /// See `StreamProtocol`.
    public override func dataReceived(_ bytes: Span<UInt8>) {
        idle?.reset()
        super.dataReceived(bytes)
    }

    /// See `StreamTransport`.
    public override func write(_ bytes: Span<UInt8>) {
        idle?.reset()
        super.write(bytes)
    }

    /// See `StreamTransport`.
    public override func write(_ bytes: [UInt8]) {
        idle?.reset()
        super.write(bytes)
    }

    /// See `StreamProtocol`.
    public override func connectionLost(_ reason: ConnectionLost) {
        idle.take()?.seconds = nil
        super.connectionLost(reason)
    }
}
