/// Holds each direction of a connection to a number of octets a second.
///
/// What comes faster waits in the kernel, and so at the peer: at most one read of the reactor is held
/// here. Producers are held back; what is written without one is sent as it comes, and counts.
public final class ThrottledConnection: ProtocolWrapper, Producer {
    /// How often, in seconds, a share is let through.
    private static let tick = 0.05

    private let rate: Double
    private let clock: any ReactorTime
    private var inbound: Allowance
    private var outbound: Allowance
    /// What was read and is not due yet.
    private var held: [UInt8] = []
    private var isPausedAbove = false
    private var hasReadEnded = false
    private var readTimer: DelayedCall?
    private var writeTimer: DelayedCall?
    private var producer: (any Producer)?
    private var isStreaming = true
    private var isFullBelow = false

    /// Wraps a protocol.
    ///
    /// - Parameters:
    ///   - wrapped: The protocol inside.
    ///   - rate: Octets a second, in each direction; more than 0.
    ///   - clock: Whose time.
    public init(
        _ wrapped: any StreamProtocol, rate: Double, clock: any ReactorTime = Reactor.clock
    ) {
        self.rate = rate
        self.clock = clock
        let now = clock.seconds()
        inbound = Allowance(rate: rate, burst: max(1, rate * Self.tick), now)
        outbound = Allowance(rate: rate, burst: max(1, rate * Self.tick), now)
        super.init(wrapped)
    }

    // MARK: What comes in

    /// See `StreamProtocol`.
    public override func dataReceived(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe held.append(contentsOf: $0) }
        deliver()
    }

    /// Hands on what is due, and reads on when nothing is held.
    private func deliver() {
        guard readTimer == nil, transport != nil else { return }
        while !held.isEmpty, !isPausedAbove {
            let due = inbound.take(upTo: held.count, at: clock.seconds())
            guard due > 0 else { break }
            let piece = Array(held.prefix(due))
            held.removeFirst(due)
            super.dataReceived(piece.span)
        }
        guard transport != nil else { return }
        if held.isEmpty {
            if hasReadEnded { return endRead() }
            if !isPausedAbove { super.resumeReading() }
        } else {
            super.pauseReading()
            guard !isPausedAbove else { return }
            readTimer = clock.callLater(inbound.wait(at: clock.seconds())) { [weak self] in
                self?.readTimer = nil
                self?.deliver()
            }
        }
    }

    private func endRead() {
        hasReadEnded = false
        if let user = wrapped?.halfCloseable { user.readConnectionLost() } else { loseConnection() }
    }

    /// Always itself: the end of what comes must wait for what is held.
    public override var halfCloseable: (any HalfCloseableProtocol)? { self }

    /// See `HalfCloseableProtocol`.
    public override func readConnectionLost() {
        hasReadEnded = true
        deliver()
    }

    /// See `StreamTransport`.
    public override func pauseReading() {
        isPausedAbove = true
        super.pauseReading()
    }

    /// See `StreamTransport`.
    public override func resumeReading() {
        guard isPausedAbove else { return }
        isPausedAbove = false
        // Not inside of the caller's callback.
        if readTimer == nil {
            readTimer = clock.callLater(0) { [weak self] in
                self?.readTimer = nil
                self?.deliver()
            }
        }
    }

    // MARK: What goes out

    /// See `StreamTransport`.
    public override func write(_ bytes: Span<UInt8>) {
        super.write(bytes)
        sent(bytes.count)
    }

    /// See `StreamTransport`.
    public override func write(_ bytes: [UInt8]) {
        super.write(bytes)
        sent(bytes.count)
    }

    private func sent(_ count: Int) {
        outbound.spend(count, at: clock.seconds())
        guard let producer, isStreaming, writeTimer == nil, outbound.isSpent else { return }
        if !isFullBelow { producer.pauseProducing() }
        waitToProduce()
    }

    private func waitToProduce() {
        writeTimer = clock.callLater(outbound.wait(at: clock.seconds())) { [weak self] in
            guard let self else { return }
            writeTimer = nil
            if !isFullBelow { producer?.resumeProducing() }
        }
    }

    /// See `StreamTransport`.
    public override func registerProducer(_ producer: any Producer, streaming: Bool) {
        guard transport != nil else { return producer.stopProducing() }
        self.producer = producer
        isStreaming = streaming
        super.registerProducer(self, streaming: streaming)
    }

    /// See `StreamTransport`.
    public override func unregisterProducer() {
        producer = nil
        writeTimer.take()?.cancel()
        super.unregisterProducer()
    }

    /// See `Producer`.
    public func pauseProducing() {
        isFullBelow = true
        if writeTimer == nil { producer?.pauseProducing() }
    }

    /// See `Producer`.
    public func resumeProducing() {
        isFullBelow = false
        guard writeTimer == nil else { return }
        _ = outbound.take(upTo: 0, at: clock.seconds())
        if outbound.isSpent { waitToProduce() } else { producer?.resumeProducing() }
    }

    /// See `Producer`.
    public func stopProducing() { producer.take()?.stopProducing() }

    /// See `StreamProtocol`.
    public override func connectionLost(_ reason: ConnectionLost) {
        readTimer.take()?.cancel()
        writeTimer.take()?.cancel()
        held = []
        super.connectionLost(reason)
    }
}

/// How many octets may pass: it fills with time up to a burst, and may be overdrawn.
private struct Allowance {
    private let rate: Double
    private let burst: Double
    private var octets: Double
    private var time: Double

    init(rate: Double, burst: Double, _ now: Double) {
        self.rate = rate
        self.burst = burst
        octets = burst
        time = now
    }

    var isSpent: Bool { octets < 1 }

    private mutating func fill(_ now: Double) {
        octets = min(burst, octets + (now - time) * rate)
        time = now
    }

    /// Takes as many octets as may pass now, `count` at most.
    mutating func take(upTo count: Int, at now: Double) -> Int {
        fill(now)
        // A rate of less than one octet in a tick gathers until there is one.
        let taken = min(count, Int(max(0, octets.rounded(.down))))
        octets -= Double(taken)
        return taken
    }

    /// Counts octets that have passed anyway.
    mutating func spend(_ count: Int, at now: Double) {
        fill(now)
        octets -= Double(count)
    }

    /// How long until a burst may pass, in seconds.
    func wait(at now: Double) -> Double { max(0.001, (burst - octets) / rate - (now - time)) }
}
