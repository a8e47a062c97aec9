public import TwineCore

/// A transport without a socket: what is written to it is kept, and what a peer would do is a call.
@Reactor
public final class MemoryTransport: StreamTransport {
    /// All that was written and not taken yet.
    public private(set) var written: [UInt8] = []
    /// Whether `loseConnection()` was called.
    public private(set) var isClosing = false
    /// Whether `abortConnection()` was called.
    public private(set) var isAborted = false
    /// Whether `loseWriteConnection()` was called.
    public private(set) var isWriteEnded = false
    /// Whether reading is paused.
    public private(set) var isReadingPaused = false
    /// The producer that is registered.
    public private(set) var producer: (any Producer)?
    /// Where the peer is said to be.
    public let peer: SocketAddress
    /// Where this side is said to be.
    public let host: SocketAddress

    private var user: (any StreamProtocol)?
    private var held: [UInt8] = []

    /// Makes a transport that is connected to nothing.
    ///
    /// - Parameters:
    ///   - peer: Where the peer is said to be.
    ///   - host: Where this side is said to be.
    public init(
        peer: SocketAddress = .ip(.v4(0xc000_0201), port: 80),
        host: SocketAddress = .ip(.v4(0xc000_0202), port: 50_000)
    ) {
        self.peer = peer
        self.host = host
    }

    /// Connects a protocol.
    ///
    /// - Parameter user: Gets `connectionMade`, and from then on what the test delivers.
    public func attach(_ user: any StreamProtocol) {
        self.user = user
        user.connectionMade(self)
    }

    // MARK: What the peer does

    /// Delivers bytes, or holds them while reading is paused.
    ///
    /// - Parameter bytes: What the peer sends.
    public func receive(_ bytes: [UInt8]) {
        guard !bytes.isEmpty, !isClosing, !isAborted else { return }
        if isReadingPaused {
            held += bytes
        } else {
            user?.dataReceived(bytes.span)
        }
    }

    /// Delivers text as UTF-8.
    ///
    /// - Parameter text: What the peer sends.
    public func receive(_ text: String) { receive(Array(text.utf8)) }

    /// The peer ends its sending side.
    public func receiveEnd() {
        if let user = user?.halfCloseable {
            user.readConnectionLost()
        } else {
            lose(.done)
        }
    }

    /// The connection is gone.
    ///
    /// - Parameter reason: Why.
    public func lose(_ reason: ConnectionLost = .done) {
        let user = user
        self.user = nil
        producer?.stopProducing()
        producer = nil
        user?.connectionLost(reason)
    }

    /// Takes what was written since the last call.
    public func takeWritten() -> [UInt8] {
        defer { written = [] }
        return written
    }

    /// Takes what was written since the last call, as text.
    public func takeText() -> String { String(decoding: takeWritten(), as: UTF8.self) }

    // MARK: StreamTransport

    /// See `StreamTransport`.
    public func write(_ bytes: Span<UInt8>) {
        guard !isClosing, !isAborted, !isWriteEnded, user != nil else { return }
        for index in bytes.indices { written.append(bytes[index]) }
    }

    /// See `StreamTransport`.
    public func write(_ bytes: [UInt8]) { write(bytes.span) }

    /// Closes at once; `connectionLost` comes before this returns.
    public func loseConnection() {
        guard !isClosing, !isAborted else { return }
        isClosing = true
        lose(.done)
    }

    /// See `StreamTransport`.
    public func abortConnection() {
        guard !isAborted else { return }
        isAborted = true
        lose(.aborted)
    }

    /// See `StreamTransport`.
    public func loseWriteConnection() {
        guard !isWriteEnded else { return }
        isWriteEnded = true
        user?.halfCloseable?.writeConnectionLost()
    }

    /// See `StreamTransport`.
    public func pauseReading() { isReadingPaused = true }

    /// See `StreamTransport`.
    public func resumeReading() {
        isReadingPaused = false
        guard !held.isEmpty else { return }
        let bytes = held
        held = []
        receive(bytes)
    }

    /// See `StreamTransport`.
    public func registerProducer(_ producer: any Producer, streaming: Bool) {
        self.producer = producer
        if !streaming { producer.resumeProducing() }
    }

    /// See `StreamTransport`.
    public func unregisterProducer() { producer = nil }

    /// Always 0: what is written is gone at once.
    public var bufferedCount: Int { 0 }
}
