/// A host by its name, to connect to over whichever of its addresses answers first.
///
/// The naive way tries the addresses one after the other, and one that swallows packets costs half
/// a minute before the next has its turn; most often that is IPv6 on a network that carries it
/// badly. RFC 8305 (Happy Eyeballs) says: ask for both kinds of address at once; begin as soon as
/// IPv6 ones are there, or a moment after IPv4 ones are; alternate the families; give each attempt
/// a short head start, then begin the next one beside it; the first to connect wins and the others
/// are given up. An attempt that fails does not wait for the head start: the next begins at once.
/// Left out are the sorting by past round-trip times (§4) and NAT64 synthesis (§7).
///
/// Who wants the naive way, as old programs do it and people read it in their logs, says so by
/// ``ConnectOptions/Order/inTurn``.
@Reactor
public struct HostnameEndpoint: StreamClientEndpoint {
    /// The name, or an IP address in text form.
    public let host: String
    /// The port.
    public let port: UInt16
    /// How long the lookup and all attempts may take together, in seconds.
    public var timeout: Double
    /// Over which addresses, in which order, from where.
    public var options: ConnectOptions
    /// What hears of each step.
    public var observer: (any ConnectObserver)?
    /// What is known of addresses, for attempts in turn.
    public var memory: AddressMemory?
    private let resolver: any NameResolver
    private let clock: any ReactorTime

    /// Makes the endpoint; nothing is looked up before `connect`.
    ///
    /// - Parameters:
    ///   - host: The name, or an IP address in text form.
    ///   - port: The port.
    ///   - timeout: How long it may take in all, in seconds.
    ///   - options: Over which addresses, in which order, from where.
    ///   - observer: What hears of each step.
    ///   - resolver: Who knows the addresses; the system by default.
    ///   - clock: Whose time.
    public init(
        _ host: String, port: UInt16, timeout: Double = 30,
        options: ConnectOptions = ConnectOptions(), observer: (any ConnectObserver)? = nil,
        resolver: any NameResolver = SystemResolver.shared, clock: any ReactorTime = Reactor.clock
    ) {
        self.host = host
        self.port = port
        self.timeout = timeout
        self.options = options
        self.observer = observer
        self.resolver = resolver
        self.clock = clock
    }

    /// See ``StreamClientEndpoint``.
    public func connect<User: StreamProtocol>(
        _ factory: @escaping @Reactor () throws -> User
    ) -> Deferred<User> {
        if let path = options.socketPath {
            return connect(to: .unix(path: path)).addCallback { try $0.attach(factory) }
        }
        if let address = IPAddress(host) {
            guard options.families.allows(address) else {
                return fail(ConnectError.lookup(.noAddress(host)))
            }
            return connect(to: .ip(address, port: port)).addCallback { try $0.attach(factory) }
        }
        let connecting = options.order == .racing ? race() : tryInTurn()
        return connecting.addCallback { try $0.attach(factory) }
    }

    /// Connects to the one address there is.
    private func connect(to address: SocketAddress) -> Deferred<TCPConnection> {
        tellingFailure(
            attempt(address, within: min(timeout, options.attemptTimeout ?? timeout)), address)
    }

    private func race() -> Deferred<TCPConnection> {
        var course = ConnectRace<TCPConnection>.Course(
            host: host, port: port, timeout: timeout, attemptDelay: options.attemptDelay,
            resolutionDelay: options.resolutionDelay)
        course.families = options.families.lookedUp
        course.lookupTimeout = options.lookupTimeout
        var resolver = resolver
        if let pinned = options.pinned(host, port: port) {
            resolver = FixedResolver(pinned)
        } else if let observer {
            resolver = ObservedResolver(resolver, observer, lookups: course.families.count)
        }
        return ConnectRace.run(course, resolver: resolver, clock: clock) { ip in
            let address = SocketAddress.ip(ip, port: port)
            return tellingFailure(attempt(address, within: options.attemptTimeout), address)
        } discard: { connection in
            connection.close()
        }
    }

    private func tryInTurn() -> Deferred<TCPConnection> {
        let pinned = options.pinned(host, port: port)?.filter(options.families.allows)
        var current: SocketAddress?
        let sequence = ConnectSequence(
            host: host, port: port, options: options, pinned: pinned, resolver: resolver,
            clock: clock, observer: observer, memory: memory
        ) { ip in
            let address = SocketAddress.ip(ip, port: port)
            current = address
            return attempt(address, within: options.attemptTimeout)
        }
        return sequence.run().addTimeout(timeout, clock: clock) { result, seconds in
            guard case .failure(ConnectError.cancelled) = result else { return try result.get() }
            guard let current else { throw ConnectError.lookup(.timedOut(host, seconds: seconds)) }
            throw ConnectError.timedOut(current, seconds: seconds)
        }
    }

    private func attempt(
        _ address: SocketAddress, within seconds: Double?
    ) -> Deferred<TCPConnection> {
        observer?.connecting(to: address, host: host)
        // A Unix socket has no use for an address of the network.
        let local = address.ip == nil ? nil : options.bindAddress
        let connecting =
            seconds.map {
                TCPClientEndpoint(address, timeout: $0, bindAddress: local, clock: clock).attempt()
            } ?? TCPConnection.connect(to: address, from: local)
        guard let observer else { return connecting }
        return connecting.addCallback { connection in
            observer.connected(to: address, from: connection.host)
            return connection
        }
    }

    private func tellingFailure(
        _ attempt: Deferred<TCPConnection>, _ address: SocketAddress
    ) -> Deferred<TCPConnection> {
        guard let observer else { return attempt }
        return attempt.addBoth { result in
            switch result {
            case .success, .failure(ConnectError.cancelled), .failure(is CancelledError): break
            case .failure(let error): observer.connectFailed(to: address, error)
            }
            return try result.get()
        }
    }

    /// Its name and port, an IPv6 address in brackets.
    nonisolated public var description: String {
        host.contains(":") ? "tcp:[\(host)]:\(port)" : "tcp:\(host):\(port)"
    }
}
