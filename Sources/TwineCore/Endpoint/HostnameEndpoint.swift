/// A host by its name, to connect to over whichever of its addresses answers first.
///
/// The naive way tries the addresses one after the other, and one that swallows packets costs half
/// a minute before the next has its turn; most often that is IPv6 on a network that carries it
/// badly. RFC 8305 (Happy Eyeballs) says: ask for both kinds of address at once; begin as soon as
/// IPv6 ones are there, or a moment after IPv4 ones are; alternate the families; give each attempt
/// a short head start, then begin the next one beside it; the first to connect wins and the others
/// are given up. An attempt that fails does not wait for the head start: the next begins at once.
/// Left out are the sorting by past round-trip times (§4) and NAT64 synthesis (§7).
@Reactor
public struct HostnameEndpoint: StreamClientEndpoint {
    /// The name, or an IP address in text form.
    public let host: String
    /// The port.
    public let port: UInt16
    /// How long the lookup and all attempts may take together, in seconds.
    public var timeout: Double
    /// The head start of each attempt, in seconds (RFC 8305 §5 recommends 0.25).
    public var attemptDelay: Double
    /// How long IPv4 addresses wait for IPv6 ones, in seconds (RFC 8305 §3 recommends 0.05).
    public var resolutionDelay: Double
    /// Where to bind before.
    public var bindAddress: SocketAddress?
    private let resolver: any NameResolver
    private let clock: any ReactorTime

    /// Makes the endpoint; nothing is looked up before `connect`.
    ///
    /// - Parameters:
    ///   - host: The name, or an IP address in text form.
    ///   - port: The port.
    ///   - timeout: How long it may take in all, in seconds.
    ///   - attemptDelay: The head start of each attempt, in seconds.
    ///   - resolutionDelay: How long IPv4 addresses wait for IPv6 ones, in seconds.
    ///   - bindAddress: Where to bind before.
    ///   - resolver: Who knows the addresses; the system by default.
    ///   - clock: Whose time.
    public init(
        _ host: String, port: UInt16, timeout: Double = 30, attemptDelay: Double = 0.25,
        resolutionDelay: Double = 0.05, bindAddress: SocketAddress? = nil,
        resolver: any NameResolver = SystemResolver.shared, clock: any ReactorTime = Reactor.clock
    ) {
        self.host = host
        self.port = port
        self.timeout = timeout
        self.attemptDelay = attemptDelay
        self.resolutionDelay = resolutionDelay
        self.bindAddress = bindAddress
        self.resolver = resolver
        self.clock = clock
    }

    /// See ``StreamClientEndpoint``.
    public func connect<User: StreamProtocol>(
        _ factory: @escaping @Reactor () throws -> User
    ) -> Deferred<User> {
        if let address = SocketAddress(host, port: port) {
            return TCPClientEndpoint(
                address, timeout: timeout, bindAddress: bindAddress, clock: clock
            ).connect(factory)
        }
        let course = ConnectRace<TCPConnection>.Course(
            host: host, port: port, timeout: timeout, attemptDelay: attemptDelay,
            resolutionDelay: resolutionDelay)
        return ConnectRace.run(course, resolver: resolver, clock: clock) { [port, bindAddress] ip in
            TCPConnection.connect(to: .ip(ip, port: port), from: bindAddress)
        } discard: { connection in
            connection.close()
        }.addCallback { try $0.attach(factory) }
    }

    /// Its name and port, an IPv6 address in brackets.
    nonisolated public var description: String {
        host.contains(":") ? "tcp:[\(host)]:\(port)" : "tcp:\(host):\(port)"
    }
}
