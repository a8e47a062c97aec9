/// Holds each direction of a connection to a number of octets a second.
///
/// What comes faster waits in the kernel, and so at the peer: at most one read of the reactor is held
/// here. What is written faster waits here, and producers are held back as long as something does.
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
    private var production: Production?
    private var isFullBelow = false
    /// What was written and is not due yet, but for the octets that are sent.
    private var outgoing: [UInt8] = []
    private var sent = 0
    private var isSending = false
    private var isClosing = false
    private var isEndingWrite = false

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
        guard acceptsWrites else { return }
        unsafe bytes.withUnsafeBufferPointer { unsafe outgoing.append(contentsOf: $0) }
        if writeTimer == nil, !isSending { send() }
    }

    /// See `StreamTransport`.
    public override func write(_ bytes: [UInt8]) { write(bytes.span) }

    private var acceptsWrites: Bool {
        guard transport != nil else { return false }
        return !isClosing && !isEndingWrite || production != nil
    }

    /// Sends what is due.
    private func send() {
        isSending = true
        defer { isSending = false }
        while sent < outgoing.count {
            let due = outbound.take(upTo: outgoing.count - sent, at: clock.seconds())
            guard due > 0 else { break }
            super.write(outgoing.span.extracting(sent..<sent + due))
            sent += due
        }
        guard sent == outgoing.count else {
            if 2 * sent > outgoing.count {
                outgoing.removeFirst(sent)
                sent = 0
            }
            production?.pause()
            writeTimer = clock.callLater(outbound.wait(at: clock.seconds())) { [weak self] in
                guard let self else { return }
                writeTimer = nil
                send()
                if outgoing.isEmpty { ranDry() }
            }
            return
        }
        outgoing = []
        sent = 0
    }

    /// All is handed on: there is room for more, or the connection can close.
    private func ranDry() {
        guard transport != nil, !isFullBelow else { return }
        guard let production else { return closeIfDone() }
        if production.isStreaming { production.resume() } else { production.ranDry() }
    }

    /// See `StreamTransport`.
    public override var bufferedCount: Int { outgoing.count - sent + super.bufferedCount }

    /// See `StreamTransport`.
    public override func loseConnection() {
        isClosing = true
        closeIfDone()
    }

    /// See `StreamTransport`.
    public override func loseWriteConnection() {
        isEndingWrite = true
        closeIfDone()
    }

    private func closeIfDone() {
        guard outgoing.isEmpty, production == nil else { return }
        if isClosing {
            super.loseConnection()
        } else if isEndingWrite {
            super.loseWriteConnection()
        }
    }

    /// See `StreamTransport`.
    public override func registerProducer(_ producer: any Producer, streaming: Bool) {
        guard acceptsWrites else { return producer.stopProducing() }
        let former = production
        let production = Production(producer, isStreaming: streaming)
        self.production = production
        former?.producer.stopProducing()
        if former == nil { super.registerProducer(self, streaming: true) }
        if !streaming {
            producer.resumeProducing()
        } else if !outgoing.isEmpty || isFullBelow {
            production.pause()
        }
    }

    /// See `StreamTransport`.
    public override func unregisterProducer() {
        guard production != nil else { return }
        production = nil
        super.unregisterProducer()
        closeIfDone()
    }

    /// See `Producer`: what is below has enough.
    public func pauseProducing() {
        isFullBelow = true
        production?.pause()
    }

    /// See `Producer`: there is room below.
    public func resumeProducing() {
        isFullBelow = false
        if outgoing.isEmpty { ranDry() }
    }

    /// See `Producer`.
    public func stopProducing() { production.take()?.producer.stopProducing() }

    /// See `StreamProtocol`.
    public override func connectionLost(_ reason: ConnectionLost) {
        readTimer.take()?.cancel()
        writeTimer.take()?.cancel()
        held = []
        outgoing = []
        production.take()?.producer.stopProducing()
        super.connectionLost(reason)
    }
}

/// How many octets may pass: it fills with time up to a burst.
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

    /// How long until a burst may pass, in seconds.
    func wait(at now: Double) -> Double { max(0.001, (burst - octets) / rate - (now - time)) }
}
