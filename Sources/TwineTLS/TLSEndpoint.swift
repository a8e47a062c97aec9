public import TwineCore

/// A place that speaks TLS, to connect to.
@Reactor
public struct TLSClientEndpoint: StreamClientEndpoint {
    private let lower: any StreamClientEndpoint
    private let context: TLSContext
    private let host: String
    private let port: UInt16
    /// How long the handshake may take after the connection is made, in seconds.
    public var timeout: Double
    /// What hears of the handshake.
    public var observer: (any TLSObserver)?
    private let clock: any ReactorTime

    /// Makes the endpoint; nothing is connected before `connect`.
    ///
    /// - Parameters:
    ///   - lower: Where the connection is made.
    ///   - context: The client's options.
    ///   - host: The name that the certificate must be for.
    ///   - port: The port, for the memory of sessions.
    ///   - timeout: How long the handshake may take, in seconds.
    ///   - clock: Whose time.
    public init(
        _ lower: any StreamClientEndpoint, _ context: TLSContext, host: String, port: UInt16,
        timeout: Double = 30, clock: any ReactorTime = Reactor.clock
    ) {
        self.lower = lower
        self.context = context
        self.host = host
        self.port = port
        self.timeout = timeout
        self.clock = clock
    }

    /// See `StreamClientEndpoint`; a handshake that fails gives its ``TLSError``.
    public func connect<User: StreamProtocol>(
        _ factory: @escaping @Reactor () throws -> User
    ) -> Deferred<User> {
        let (context, host, port, observer) = (context, host, port, observer)
        return lower.connect {
            let connection = TLSConnection(try TLSEngine(context, host: host, port: port))
            observer?.securing(host: host)
            return connection
        }
        .addCallback { handshake(of: $0) }
        .addCallback { connection in
            do {
                let user = try factory()
                connection.attach(user)
                return user
            } catch {
                connection.abortConnection()
                throw error
            }
        }
    }

    /// The handshake within its limit.
    private func handshake(of connection: TLSConnection) -> Deferred<TLSConnection> {
        connection.handshake.addTimeout(timeout, clock: clock) { result, seconds in
            guard case .failure = result else { return try result.get() }
            throw ConnectError.timedOut(connection.lastPeer, seconds: seconds)
        }.addBoth { [observer, host] result in
            switch result {
            case .success: observer?.secured(host: host, connection.engine.agreement)
            case .failure(is CancelledError): break
            case .failure(let error): observer?.secureFailed(host: host, error)
            }
            return try result.get()
        }
    }

    /// The place below, by TLS.
    nonisolated public var description: String { "tls:\(host):\(port)" }
}

/// A place to listen at that speaks TLS.
@Reactor
public struct TLSServerEndpoint: StreamServerEndpoint {
    /// Where connections are taken.
    public let lower: any StreamServerEndpoint
    private let context: TLSContext
    /// The place below, by TLS.
    nonisolated public let description: String

    /// Makes the endpoint; nothing is opened before `listen`.
    ///
    /// - Parameters:
    ///   - lower: Where connections are taken.
    ///   - context: The server's options, with its certificate.
    public init(_ lower: any StreamServerEndpoint, _ context: TLSContext) {
        self.lower = lower
        self.context = context
        description = "tls over \(lower)"
    }

    /// See `StreamServerEndpoint`; the protocol begins when the handshake is done.
    public func listen(_ factory: @escaping ConnectionFactory) -> Deferred<any ListeningPort> {
        lower.listen(serveTLS(context, factory))
    }

}

/// Makes a listener's factory speak TLS: the protocol above begins when the handshake is done.
///
/// - Parameters:
///   - context: The server's options, with its certificate.
///   - timeout: A peer that has not done the handshake by then is cut off, in seconds.
///   - clock: Whose time.
///   - factory: Gives each connection its protocol.
/// - Returns: The factory for the listener.
@Reactor
public func serveTLS(
    _ context: TLSContext, timeout: Double = 30, clock: any ReactorTime = Reactor.clock,
    _ factory: @escaping ConnectionFactory
) -> ConnectionFactory {
    { peer in
        guard let engine = try? TLSEngine(context) else { return nil }
        let connection = TLSConnection(engine) { factory(peer) }
        // Whether a client manages the handshake is its own affair, and no error of the server.
        connection.handshake.addTimeout(timeout, clock: clock).addBoth { _ in }
        return connection
    }
}
