public import TwineCore
public import TwineDNS
public import TwineTLS

/// Connects over TCP to whichever address of a name answers first, and speaks TLS where the origin says so.
@Reactor
public final class NetworkConnector: HTTPConnector {
    private let resolver: any NameResolver
    private let tlsOptions: TLSOptions
    private let clock: any ReactorTime
    /// Made at the first secure connection: reading the system's authorities takes milliseconds.
    private var context: TLSContext?

    /// Makes a connector.
    ///
    /// - Parameters:
    ///   - resolver: Who knows the addresses of names.
    ///   - tls: How TLS is to be done: whom to trust, which versions. HTTP/1.1 is offered by ALPN.
    ///   - clock: Whose time.
    public init(
        resolver: any NameResolver = DNSResolver.shared, tls: TLSOptions = TLSOptions(),
        clock: any ReactorTime = Reactor.clock
    ) {
        self.resolver = resolver
        tlsOptions = tls
        self.clock = clock
    }

    /// See ``HTTPConnector``.
    public func connect<User: StreamProtocol>(
        to origin: HTTPOrigin, timeout: Double, _ factory: @escaping @Reactor () throws -> User
    ) -> Deferred<User> {
        // The client's own limit comes first, and names what took too long.
        let later = timeout + 1
        let endpoint = HostnameEndpoint(
            origin.host, port: origin.port, timeout: later, resolver: resolver, clock: clock)
        guard origin.isSecure else { return endpoint.connect(factory) }
        do {
            return TLSClientEndpoint(
                endpoint, try tlsContext(), host: origin.host, port: origin.port, timeout: later,
                clock: clock
            ).connect(factory)
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
