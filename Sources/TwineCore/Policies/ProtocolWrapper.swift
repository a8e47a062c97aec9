/// A protocol around another: it passes everything on, in both directions; override what a policy
/// looks at or changes.
///
/// To the connection it is the protocol, to the protocol inside it is the transport.
///
/// ```swift
/// endpoint.listen { peer in ProtocolWrapper(Echo()) }
/// ```
@Reactor
open class ProtocolWrapper: HalfCloseableProtocol, StreamTransport {
    /// The protocol inside; nil once the connection is lost.
    @safe @exclusivity(unchecked) public private(set) var wrapped: (any StreamProtocol)?
    /// The transport below, from `connectionMade` until `connectionLost`.
    @safe @exclusivity(unchecked) public private(set) var transport: (any StreamTransport)?

    /// Wraps a protocol.
    ///
    /// - Parameter wrapped: The protocol inside.
    public init(_ wrapped: any StreamProtocol) { self.wrapped = wrapped }

    // MARK: StreamProtocol, from below

    /// Passes it on, with itself as the transport; an override calls `super`.
    open func connectionMade(_ transport: any StreamTransport) {
        self.transport = transport
        wrapped?.connectionMade(self)
    }

    /// Passes it on.
    open func dataReceived(_ bytes: Span<UInt8>) { wrapped?.dataReceived(bytes) }

    /// Passes it on, and lets go of both; an override calls `super`.
    open func connectionLost(_ reason: ConnectionLost) {
        wrapped.take()?.connectionLost(reason)
        transport = nil
    }

    /// Itself, when the protocol inside goes on after the end of one direction.
    open var halfCloseable: (any HalfCloseableProtocol)? {
        wrapped?.halfCloseable == nil ? nil : self
    }

    /// Passes it on.
    open func readConnectionLost() { wrapped?.halfCloseable?.readConnectionLost() }

    /// Passes it on.
    open func writeConnectionLost() { wrapped?.halfCloseable?.writeConnectionLost() }

    // MARK: StreamTransport, from above

    /// Passes it on.
    open func write(_ bytes: Span<UInt8>) { transport?.write(bytes) }
    /// Passes it on.
    open func write(_ bytes: [UInt8]) { transport?.write(bytes) }
    /// Passes it on.
    open func loseConnection() { transport?.loseConnection() }
    /// Passes it on.
    open func abortConnection() { transport?.abortConnection() }
    /// Passes it on.
    open func loseWriteConnection() { transport?.loseWriteConnection() }
    /// Passes it on.
    open func pauseReading() { transport?.pauseReading() }
    /// Passes it on.
    open func resumeReading() { transport?.resumeReading() }

    /// Passes it on.
    open func registerProducer(_ producer: any Producer, streaming: Bool) {
        guard let transport else { return producer.stopProducing() }
        transport.registerProducer(producer, streaming: streaming)
    }

    /// Passes it on.
    open func unregisterProducer() { transport?.unregisterProducer() }

    /// What waits below.
    open var bufferedCount: Int { transport?.bufferedCount ?? 0 }
    /// Where the peer is; an unnamed Unix socket once the connection is lost.
    public var peer: SocketAddress { transport?.peer ?? .unix(path: "") }
    /// Where this side is; an unnamed Unix socket once the connection is lost.
    public var host: SocketAddress { transport?.host ?? .unix(path: "") }
}
