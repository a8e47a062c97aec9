public import TwineCore
public import TwineTLS

/// A way to a name server by a stream, TCP, Unix socket or TLS: one connection for any number of
/// queries, whose replies may come in another order.
///
/// RFC 7766, RFC 7858.
@Reactor
public final class StreamChannel: DNSChannel {
    /// How TLS is spoken on a channel.
    public struct Security {
        let context: TLSContext
        let host: String

        /// Makes the setting.
        ///
        /// - Parameters:
        ///   - context: The client's options.
        ///   - host: The name that the certificate must be for.
        public init(_ context: TLSContext, host: String) {
            self.context = context
            self.host = host
        }
    }

    /// Where the server is.
    public let peer: SocketAddress
    /// Where this side is, while the connection stands.
    public var local: SocketAddress? { transport?.host }

    private let bindAddress: SocketAddress?
    private let security: Security?
    private let preamble: [UInt8]
    private let header: [UInt8]
    private let clock: any ReactorTime
    private let pending: PendingQueries
    private var transport: (any StreamTransport)?
    /// Whether a connection is being made; one to a Unix socket stands before its Deferred is known.
    private var isConnecting = false
    private var connecting: Deferred<Connection>?
    /// Framed queries that wait for the connection.
    private var waiting: [[UInt8]] = []

    /// Makes a channel; nothing is connected before the first query.
    ///
    /// - Parameters:
    ///   - peer: Where the server is.
    ///   - bindAddress: Where to connect from; by default the system chooses address and port.
    ///   - security: How TLS is spoken; nil for none.
    ///   - preamble: Octets that are sent first of all, before TLS begins.
    ///   - header: Octets that are sent before the first query, within TLS.
    ///   - clock: Whose time.
    public init(
        to peer: SocketAddress, from bindAddress: SocketAddress? = nil, security: Security? = nil,
        preamble: [UInt8] = [], header: [UInt8] = [], clock: any ReactorTime = Reactor.clock
    ) {
        self.peer = peer
        self.bindAddress = bindAddress
        self.security = security
        self.preamble = preamble
        self.header = header
        self.clock = clock
        pending = PendingQueries(clock)
    }

    /// See ``DNSChannel``; a query of more than 65,535 octets fails.
    public func send(_ query: [UInt8], timeout: Double, to receiver: any DNSReplyReceiver) {
        let framed: [UInt8]
        do throws(DNSError) {
            framed = try DNSFramer.frame(query)
        } catch {
            return receiver.exchangeFailed(.broken("\(error)"))
        }
        pending.add(query, timeout, receiver)
        if let transport {
            write(framed, transport)
            receiver.querySent(on: self)
        } else {
            waiting.append(framed)
            if !isConnecting { connect(timeout) }
        }
    }

    private func connect(_ timeout: Double) {
        isConnecting = true
        // The waits of the queries are the limit: this one is only never sooner.
        let later = timeout + 1
        var endpoint: any StreamClientEndpoint = TCPClientEndpoint(
            peer, timeout: later, bindAddress: bindAddress, clock: clock)
        if !preamble.isEmpty { endpoint = PreambleEndpoint(endpoint, preamble) }
        if let security {
            endpoint = TLSClientEndpoint(
                endpoint, security.context, host: security.host, port: peer.port ?? 0,
                timeout: later, clock: clock)
        }
        let attempt = endpoint.connect { [weak self] in
            guard let self else { throw ConnectError.noProtocol }
            return Connection(self)
        }
        if isConnecting { connecting = attempt }
        attempt.addBoth { [weak self] result in
            if case .failure(let error) = result { self?.connectingFailed(error) }
        }
    }

    private func connectingFailed(_ error: any Error) {
        guard isConnecting else { return }
        isConnecting = false
        connecting = nil
        waiting = []
        pending.fail(DNSChannelError(connecting: error))
    }

    /// See ``DNSChannel``.
    public func forget(_ receiver: any DNSReplyReceiver) { pending.remove(receiver) }

    /// See ``DNSChannel``.
    public func close() {
        pending.removeAll()
        waiting = []
        isConnecting = false
        connecting.take()?.cancel()
        transport.take()?.loseConnection()
    }

    // MARK: The connection

    fileprivate func connected(_ transport: any StreamTransport) {
        guard isConnecting else { return transport.abortConnection() }
        isConnecting = false
        connecting = nil
        self.transport = transport
        pending.restart()
        if !header.isEmpty { transport.write(header) }
        for framed in waiting { write(framed, transport) }
        waiting = []
        for receiver in pending.receivers { receiver.querySent(on: self) }
    }

    /// Writes a query, by TLS in a record of its own: NSD 4.6 answers only the first of several in one,
    /// until the next one comes.
    private func write(_ framed: [UInt8], _ transport: any StreamTransport) {
        transport.write(framed)
        if security != nil { (transport as? TLSConnection)?.endRecord() }
    }

    fileprivate func received(_ message: Span<UInt8>) { pending.deliver(message) }

    fileprivate func lost(_ reason: ConnectionLost) {
        transport = nil
        pending.fail(DNSChannelError(reason))
    }

    /// One connection of the channel.
    fileprivate final class Connection: StreamProtocol {
        private weak var channel: StreamChannel?
        private var framer = DNSFramer()

        init(_ channel: StreamChannel) { self.channel = channel }

        func connectionMade(_ transport: any StreamTransport) {
            guard let channel else { return transport.abortConnection() }
            channel.connected(transport)
        }

        func dataReceived(_ bytes: Span<UInt8>) {
            framer.receive(bytes)
            while let channel, let message = framer.nextMessage() {
                channel.received(message.span)
            }
        }

        func connectionLost(_ reason: ConnectionLost) { channel?.lost(reason) }
    }
}
