public import TwineCore

/// TLS over another transport: a protocol to the transport below, a transport to the protocol above.
///
/// What is written during one callback is encrypted together when it has returned.
@Reactor
public final class TLSConnection: StreamProtocol, StreamTransport {
    private enum Phase { case handshake, open, closed }

    /// What was agreed on: application protocol, version, certificate.
    public let engine: TLSEngine
    /// Fires with this connection when the handshake is done, or fails with a ``TLSError`` or the
    /// reason the connection was lost.
    public let handshake: Deferred<TLSConnection>

    private var phase = Phase.handshake
    /// What is below, where the handshake's canceller finds it too: a weak reference to the connection
    /// would make every reference to it slow.
    private let below: Below
    private var lower: (any StreamTransport)? {
        get { below.transport }
        set { below.transport = newValue }
    }
    private var user: (any StreamProtocol)?
    private let makeUser: (@Reactor () -> (any StreamProtocol)?)?
    private var unsent: [UInt8] = []
    /// Where in ``unsent`` a record has to end.
    private var recordEnds: [Int] = []
    private var isQueued = false
    private var isClosing = false
    private var isEndingWrite = false
    private var hasEndedWrite = false
    private var hasPeerEnded = false
    private var isReadingPaused = false
    private var failure: TLSError?
    /// Where the peer is or was.
    private(set) var lastPeer = SocketAddress.unix(path: "")

    /// Makes one end of a connection; it begins when the transport below is connected.
    ///
    /// - Parameters:
    ///   - engine: The end's TLS.
    ///   - makeUser: Gives the protocol above when the handshake is done; without it, `attach` does.
    public init(_ engine: TLSEngine, _ makeUser: (@Reactor () -> (any StreamProtocol)?)? = nil) {
        self.engine = engine
        self.makeUser = makeUser
        let below = Below()
        self.below = below
        handshake = Deferred(canceller: { _ in below.transport?.abortConnection() })
    }

    /// Gives the connection the protocol above.
    ///
    /// - Parameter user: Gets `connectionMade` at once, then what the peer sends.
    public func attach(_ user: any StreamProtocol) {
        guard phase == .open else { return user.connectionLost(.done) }
        self.user = user
        user.connectionMade(self)
        if phase == .open { readData() }
    }

    // MARK: StreamProtocol, from below

    /// See `StreamProtocol`.
    public func connectionMade(_ transport: any StreamTransport) {
        lower = transport
        lastPeer = transport.peer
        advance()
    }

    /// See `StreamProtocol`.
    public func dataReceived(_ bytes: Span<UInt8>) {
        var start = 0
        while start < bytes.count, phase != .closed, failure == nil {
            let end = min(start + Self.portion, bytes.count)
            engine.receive(bytes.extracting(start..<end))
            advance()
            start = end
        }
    }

    /// So many octets are decrypted before more are taken in: they stay in the processor's cache, and the
    /// engine keeps no room for more.
    private static let portion = 65_536

    /// See `StreamProtocol`.
    public func connectionLost(_ reason: ConnectionLost) {
        let wasOpen = phase
        phase = .closed
        lower = nil
        unsent = []
        let user = user.take()
        production.take()?.stopProducing()
        switch wasOpen {
        case .handshake:
            let error: any Error = reason == .done ? TLSError.truncated : reason
            // It has fired already when it was cancelled, which aborts the connection.
            if !handshake.isFired { handshake.errback(failure ?? error) }
        case .open, .closed:
            if let failure {
                user?.connectionLost(.layer(failure.description))
            } else if reason == .done, !hasPeerEnded, !isClosing {
                user?.connectionLost(.layer(TLSError.truncated.description))
            } else {
                user?.connectionLost(reason)
            }
        }
    }

    // MARK: Work

    private func advance() {
        do {
            if phase == .handshake {
                let isDone = try engine.handshake()
                sendOutput()
                guard isDone else { return }
                established()
            }
            if phase == .open { readData() }
        } catch {
            fail(error)
        }
    }

    private func established() {
        phase = .open
        if let makeUser {
            guard let user = makeUser() else { return loseConnection() }
            handshake.callback(self)
            attach(user)
        } else {
            handshake.callback(self)
        }
    }

    private func fail(_ error: TLSError) {
        failure = error
        // The alert that tells the peer why.
        sendOutput()
        if phase == .handshake {
            phase = .closed
            handshake.errback(error)
        }
        lower?.loseConnection()
    }

    private func readData() {
        guard user != nil, !isReadingPaused, !isClosing else { return }
        do {
            let end = try engine.read { bytes in
                user?.dataReceived(bytes)
                return phase == .open && !isReadingPaused && !isClosing
            }
            sendOutput()
            if end == .closed, !hasPeerEnded { peerEnded() }
        } catch {
            fail(error)
        }
    }

    private func peerEnded() {
        hasPeerEnded = true
        if let user = user?.halfCloseable {
            user.readConnectionLost()
            if hasEndedWrite { loseConnection() }
        } else {
            loseConnection()
        }
    }

    private func sendOutput() {
        engine.takeOutput { lower?.write($0) }
    }

    /// Encrypts what was written in this callback and does what was put off until then.
    private func flush() {
        isQueued = false
        guard phase == .open else { return }
        do {
            if !unsent.isEmpty {
                var start = 0
                for end in recordEnds {
                    try engine.write(unsent.span.extracting(start..<end))
                    start = end
                }
                try engine.write(unsent.span.extracting(start...))
                unsent = []
                recordEnds = []
            }
            if (isClosing || isEndingWrite) && !hasEndedWrite && production == nil {
                hasEndedWrite = true
                engine.closeWrite()
                user?.halfCloseable?.writeConnectionLost()
            }
            sendOutput()
            if isClosing && production == nil { lower?.loseConnection() }
            if let production, !isStreaming { production.resumeProducing() }
        } catch {
            fail(error)
        }
    }

    private func queue() {
        guard !isQueued, phase == .open else { return }
        isQueued = true
        Reactor.whenCallbackReturns { self.flush() }
    }

    // MARK: StreamTransport, from above

    /// See `StreamTransport`.
    public func write(_ bytes: Span<UInt8>) {
        guard phase == .open, !isClosing, !isEndingWrite else { return }
        unsafe bytes.withUnsafeBufferPointer { unsafe unsent.append(contentsOf: $0) }
        queue()
    }

    /// See `StreamTransport`.
    public func write(_ bytes: [UInt8]) { write(bytes.span) }

    /// Puts what is written from now on into another record than what was written so far.
    ///
    /// To TLS that makes no difference; but there are servers that take one message from a record, and
    /// do not look at the rest of it before more has come.
    public func endRecord() {
        let end = unsent.count
        guard end > 0, recordEnds.last != end else { return }
        recordEnds.append(end)
    }

    /// See `StreamTransport`; the peer is told first (close_notify).
    public func loseConnection() {
        guard phase == .open else {
            if phase == .handshake { abortConnection() }
            return
        }
        isClosing = true
        queue()
    }

    /// See `StreamTransport`.
    public func abortConnection() { lower?.abortConnection() }

    /// See `StreamTransport`: ends the sending side of TLS (close_notify), not of the transport.
    public func loseWriteConnection() {
        isEndingWrite = true
        queue()
    }

    /// See `StreamTransport`.
    public func pauseReading() {
        isReadingPaused = true
        lower?.pauseReading()
    }

    /// See `StreamTransport`.
    public func resumeReading() {
        guard isReadingPaused else { return }
        isReadingPaused = false
        lower?.resumeReading()
        // What came before the pause waits inside of the engine; it is delivered in a callback of
        // its own, not inside of the caller's.
        Reactor.whenCallbackReturns { if self.phase == .open { self.readData() } }
    }

    private var production: (any Producer)?
    private var isStreaming = true

    /// See `StreamTransport`.
    public func registerProducer(_ producer: any Producer, streaming: Bool) {
        guard phase == .open, let lower else { return producer.stopProducing() }
        production = producer
        isStreaming = streaming
        if streaming {
            lower.registerProducer(producer, streaming: true)
        } else {
            producer.resumeProducing()
        }
    }

    /// See `StreamTransport`.
    public func unregisterProducer() {
        if isStreaming { lower?.unregisterProducer() }
        production = nil
        queue()
    }

    /// See `StreamTransport`.
    public var bufferedCount: Int { unsent.count + (lower?.bufferedCount ?? 0) }

    /// See `StreamTransport`.
    public var peer: SocketAddress { lower?.peer ?? lastPeer }

    /// See `StreamTransport`.
    public var host: SocketAddress { lower?.host ?? .unix(path: "") }
}

/// The transport that a connection runs on, while it has one.
@Reactor
private final class Below {
    var transport: (any StreamTransport)?
}
