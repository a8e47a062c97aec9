public import TwineCore
public import TwineDNS
public import TwineTLS

/// Connects over TCP to an address of a name, and speaks TLS where the origin says so.
@Reactor
public final class NetworkConnector: HTTPConnector {
    private let resolver: any NameResolver
    private let options: ConnectOptions
    private let memory: AddressMemory?
    private let tlsOptions: TLSOptions
    private let handshakeTimeout: Double?
    private let clock: any ReactorTime
    /// Made at the first secure connection: reading the system's authorities takes milliseconds.
    private var context: TLSContext?

    /// Makes a connector.
    ///
    /// - Parameters:
    ///   - resolver: Who knows the addresses of names.
    ///   - connecting: Over which addresses, in which order, from where.
    ///   - remembersAddresses: Whether names are looked up once and addresses that failed not tried again
    ///     while others can be; only for addresses that are tried in turn.
    ///   - tls: How TLS is to be done: whom to trust, which versions. HTTP/1.1 is offered by ALPN.
    ///   - handshakeTimeout: How long a TLS handshake may take, in seconds; nil is as long as the whole.
    ///   - clock: Whose time.
    public init(
        resolver: any NameResolver = DNSResolver.shared,
        connecting: ConnectOptions = ConnectOptions(), remembersAddresses: Bool = false,
        tls: TLSOptions = TLSOptions(), handshakeTimeout: Double? = nil,
        clock: any ReactorTime = Reactor.clock
    ) {
        self.resolver = resolver
        options = connecting
        memory = remembersAddresses ? AddressMemory() : nil
        tlsOptions = tls
        self.handshakeTimeout = handshakeTimeout
        self.clock = clock
    }

    /// See ``HTTPConnector``.
    public func connect<User: StreamProtocol>(
        to route: HTTPRoute, timeout: Double, observer: (any HTTPRequestObserver)?,
        _ factory: @escaping @Reactor () throws -> User
    ) -> Deferred<User> {
        let origin = route.origin
        // The client's own limit comes first, and names what took too long.
        let later = timeout + 1
        var endpoint = HostnameEndpoint(
            origin.host, port: origin.port, timeout: later, options: options, observer: observer,
            resolver: resolver, clock: clock)
        endpoint.memory = memory
        guard origin.isSecure else { return endpoint.connect(factory) }
        do {
            var secure = TLSClientEndpoint(
                endpoint, try tlsContext(), host: origin.host, port: origin.port,
                timeout: handshakeTimeout ?? later, clock: clock)
            secure.observer = observer
            return secure.connect(factory)
        } catch {
            return fail(error)
        }
    }

    /// The context of all secure connections: it remembers sessions, to resume them.
    private func tlsContext() throws(TLSError) -> TLSContext {
        if let context { return context }
        var options = tlsOptions
        if options.applicationProtocols.isEmpty { options.applicationProtocols = ["http/1.1"] }
        let made = try TLSContext(.client, options)
        context = made
        return made
    }
}
