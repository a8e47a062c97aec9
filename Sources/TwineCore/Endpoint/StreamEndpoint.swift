/// A place that connections can be made to.
@Reactor
public protocol StreamClientEndpoint: CustomStringConvertible {
    /// Makes one connection.
    ///
    /// - Parameter factory: Gives the connection its protocol once it stands; what it throws fails
    ///   the Deferred, and the connection is closed.
    /// - Returns: The protocol, connected; or a ``ConnectError`` or other reason. Cancelling it stops
    ///   the attempt.
    func connect<User: StreamProtocol>(_ factory: @escaping @Reactor () throws -> User)
        -> Deferred<User>
}

/// A place that connections can be taken at.
@Reactor
public protocol StreamServerEndpoint: CustomStringConvertible {
    /// Opens the port.
    ///
    /// - Parameter factory: Gives each connection its protocol; nil closes it.
    /// - Returns: The open port, or ``CannotListenError``.
    func listen(_ factory: @escaping ConnectionFactory) -> Deferred<any ListeningPort>
}

/// A TCP or Unix socket at a known address, to connect to.
@Reactor
public struct TCPClientEndpoint: StreamClientEndpoint {
    /// Where.
    public let address: SocketAddress
    /// How long to wait for the connection, in seconds.
    public var timeout: Double
    /// Where to bind before; by default the system chooses.
    public var bindAddress: SocketAddress?
    private let clock: any ReactorTime

    /// Makes the endpoint; nothing is connected before `connect`.
    ///
    /// - Parameters:
    ///   - address: Where.
    ///   - timeout: How long to wait for the connection, in seconds.
    ///   - bindAddress: Where to bind before.
    ///   - clock: Whose time.
    public init(
        _ address: SocketAddress, timeout: Double = 30, bindAddress: SocketAddress? = nil,
        clock: any ReactorTime = Reactor.clock
    ) {
        self.address = address
        self.timeout = timeout
        self.bindAddress = bindAddress
        self.clock = clock
    }

    /// See ``StreamClientEndpoint``.
    public func connect<User: StreamProtocol>(
        _ factory: @escaping @Reactor () throws -> User
    ) -> Deferred<User> {
        attempt().addCallback { try $0.attach(factory) }
    }

    func attempt() -> Deferred<TCPConnection> {
        let connecting = TCPConnection.connect(to: address, from: bindAddress)
        guard !connecting.isFired else { return connecting }
        return connecting.addTimeout(timeout, clock: clock) { [address, timeout] result, _ in
            if case .failure(ConnectError.cancelled) = result {
                throw ConnectError.timedOut(address, seconds: timeout)
            }
            return try result.get()
        }
    }

    /// Its address.
    nonisolated public var description: String { "tcp:\(address)" }
}

extension TCPConnection {
    /// Gives the connection the protocol that `factory` makes, or closes it.
    func attach<User: StreamProtocol>(
        _ factory: @Reactor () throws -> User
    ) throws -> User {
        do {
            let user = try factory()
            attach(user)
            return user
        } catch {
            close()
            throw error
        }
    }
}

/// A TCP or Unix address to listen at.
@Reactor
public struct TCPServerEndpoint: StreamServerEndpoint {
    /// Where; port 0 lets the system choose.
    public let address: SocketAddress
    /// Connections that may wait to be accepted.
    public var backlog: Int32
    /// Whether other processes may share the port (SO_REUSEPORT).
    public var reusePort: Bool
    /// The permissions of a Unix socket's file, such as 0o660; nil leaves them to the umask.
    public var mode: UInt16?

    /// Makes the endpoint; nothing is opened before `listen`.
    ///
    /// - Parameters:
    ///   - address: Where; port 0 lets the system choose.
    ///   - backlog: Connections that may wait to be accepted.
    ///   - reusePort: Whether other processes may share the port.
    ///   - mode: The permissions of a Unix socket's file, such as 0o660.
    public init(
        _ address: SocketAddress, backlog: Int32 = 4096, reusePort: Bool = false,
        mode: UInt16? = nil
    ) {
        self.address = address
        self.backlog = backlog
        self.reusePort = reusePort
        self.mode = mode
    }

    /// An endpoint on a port of the loopback interface, `127.0.0.1`.
    ///
    /// - Parameter port: The port; 0 lets the system choose.
    /// - Returns: The endpoint.
    public static func loopback(port: UInt16 = 0) -> TCPServerEndpoint {
        TCPServerEndpoint(.ip(.loopback4, port: port))
    }

    /// See ``StreamServerEndpoint``.
    public func listen(_ factory: @escaping ConnectionFactory) -> Deferred<any ListeningPort> {
        maybeDeferred { TCPPort(try openSocket(), factory: factory) }
    }

    /// Opens the socket without serving it, to hand it to another process.
    ///
    /// - Parameters:
    ///   - address: Where; by default the endpoint's own address.
    ///   - reusePort: Whether other sockets may share the port; by default as the endpoint says.
    /// - Returns: The socket, which listens.
    /// - Throws: ``CannotListenError``.
    public func openSocket(
        at address: SocketAddress? = nil, reusePort: Bool? = nil
    ) throws(CannotListenError) -> ServerSocket {
        try ServerSocket(
            .stream, address ?? self.address, backlog: backlog,
            reusePort: reusePort ?? self.reusePort, mode: mode)
    }

    /// Its address.
    nonisolated public var description: String { "tcp:\(address)" }
}
