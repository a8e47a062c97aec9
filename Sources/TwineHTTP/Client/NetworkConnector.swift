import HTTPTypes
public import TwineCore
public import TwineDNS
public import TwineTLS

/// Connects over TCP to an address of a name, through a proxy where the route says so, and speaks TLS
/// where the origin says so.
@Reactor
public final class NetworkConnector: HTTPConnector {
    private let options: HTTPClient.Options
    let resolver: any NameResolver
    private let memory: AddressMemory?
    private let clock: any ReactorTime
    /// Made at the first secure connection: reading the system's authorities takes milliseconds.
    private var context: TLSContext?
    private var proxyContext: TLSContext?

    /// Makes a connector.
    ///
    /// - Parameters:
    ///   - resolver: Who knows the addresses of names.
    ///   - tls: How TLS is to be done: whom to trust, which versions. HTTP/1.1 is offered by ALPN.
    ///   - clock: Whose time.
    public convenience init(
        resolver: any NameResolver = DNSResolver.shared, tls: TLSOptions = TLSOptions(),
        clock: any ReactorTime = Reactor.clock
    ) {
        var options = HTTPClient.Options()
        options.tls = tls
        self.init(options, resolver: resolver, clock: clock)
    }

    /// Makes a connector that connects as the options of a client say.
    ///
    /// - Parameters:
    ///   - options: The options.
    ///   - resolver: Who knows the addresses of names.
    ///   - clock: Whose time.
    public init(
        _ options: HTTPClient.Options, resolver: any NameResolver = DNSResolver.shared,
        clock: any ReactorTime = Reactor.clock
    ) {
        self.options = options
        self.resolver = resolver
        self.clock = clock
        memory = options.remembersAddresses ? AddressMemory() : nil
    }

    /// See ``HTTPConnector``.
    public func connect<User: StreamProtocol>(
        to route: HTTPRoute, timeout: Double, observer: (any HTTPRequestObserver)?,
        _ factory: @escaping @Reactor () throws -> User
    ) -> Deferred<User> {
        // The client's own limit comes first, and names what took too long.
        let attempt = Attempt(route: route, timeout: timeout + 1, observer: observer)
        guard let proxy = route.proxy else {
            let lower = place(route.origin.host, route.origin.port, attempt)
            return connect(secured(lower, attempt), factory)
        }
        switch proxy.kind {
        case .http, .https:
            return inlineCallbacks { try await self.tunnel(proxy, attempt, factory) }
        case .socks4a, .socks5h:
            let host = route.origin.host
            let destination =
                IPAddress(host).map { SOCKSDestination($0, port: route.origin.port) }
                ?? .name(host, port: route.origin.port)
            return connect(by(proxy, to: destination, attempt), factory)
        case .socks4, .socks5:
            return inlineCallbacks { try await self.viaAddresses(proxy, attempt, factory) }
        }
    }

    // MARK: Layers

    /// One connection that is being made.
    struct Attempt {
        let route: HTTPRoute
        let timeout: Double
        let observer: (any HTTPRequestObserver)?
    }

    private func place(
        _ host: String, _ port: UInt16, _ attempt: Attempt
    ) -> any StreamClientEndpoint {
        var endpoint = HostnameEndpoint(
            host, port: port, timeout: attempt.timeout, options: options.connecting,
            observer: attempt.observer, resolver: resolver, clock: clock)
        endpoint.memory = memory
        return endpoint
    }

    /// The place with TLS over it, where the origin is secure.
    private func secured(
        _ lower: any StreamClientEndpoint, _ attempt: Attempt
    ) -> Result<any StreamClientEndpoint, any Error> {
        let origin = attempt.route.origin
        guard origin.isSecure else { return .success(lower) }
        return Result {
            let context = try attempt.route.isForwarded ? tlsContextOfProxies() : tlsContext()
            return try tls(over: lower, context, origin, attempt)
        }
    }

    private func tls(
        over lower: any StreamClientEndpoint, _ context: TLSContext, _ origin: HTTPOrigin,
        _ attempt: Attempt
    ) throws -> any StreamClientEndpoint {
        var secure = TLSClientEndpoint(
            lower, context, host: origin.host, port: origin.port,
            timeout: options.handshakeTimeout ?? attempt.timeout, clock: clock)
        secure.observer = attempt.observer
        return secure
    }

    private func connect<User: StreamProtocol>(
        _ endpoint: Result<any StreamClientEndpoint, any Error>,
        _ factory: @escaping @Reactor () throws -> User
    ) -> Deferred<User> {
        switch endpoint {
        case .success(let endpoint): endpoint.connect(factory)
        case .failure(let error): fail(error)
        }
    }

    // MARK: HTTP proxies

    /// Connects by CONNECT; a proxy that asks who it is for is answered once, over another connection.
    private func tunnel<User: StreamProtocol>(
        _ proxy: HTTPProxy, _ attempt: Attempt, _ factory: @escaping @Reactor () throws -> User
    ) async throws -> User {
        do {
            return try await connect(
                tunnelled(proxy, proxy.basicAuthorization, attempt), factory
            ).value
        } catch HTTPError.tunnelRefused(let response) where response.status.code == 407 {
            guard let answer = options.proxyAuthorization?(proxy, response) else {
                throw HTTPError.tunnelRefused(response)
            }
            return try await connect(tunnelled(proxy, answer, attempt), factory).value
        }
    }

    private func tunnelled(
        _ proxy: HTTPProxy, _ authorization: String?, _ attempt: Attempt
    ) -> Result<any StreamClientEndpoint, any Error> {
        var fields = options.tunnelFields ?? HTTPFields()
        if options.tunnelFields == nil, let name = options.userAgent { fields[.userAgent] = name }
        if let authorization { fields[.proxyAuthorization] = authorization }
        let (observer, limits) = (attempt.observer, options.limits)
        let hostIsLast = options.tunnelHostIsLast
        let authority = attempt.route.origin.authority
        return Result {
            var lower = place(proxy.host, proxy.port, attempt)
            if proxy.kind == .https {
                lower = try tls(over: lower, try tlsContextOfProxies(), proxy.origin, attempt)
            }
            let told = { @Reactor (tunnel: HTTPTunnel) in
                guard let response = tunnel.response else { return }
                observer?.tunnelAnswered(response, octets: tunnel.octets)
            }
            let endpoint = HandshakeEndpoint(
                lower, timeout: attempt.timeout, clock: clock, ended: told
            ) {
                let tunnel = try HTTPTunnel(
                    to: authority, fields: fields, limits: limits, hostIsLast: hostIsLast)
                observer?.tunnelRequested(of: proxy, request: tunnel.request)
                return tunnel
            }
            return try secured(endpoint, attempt).get()
        }
    }

    // MARK: SOCKS

    private func by(
        _ proxy: HTTPProxy, to destination: SOCKSDestination, _ attempt: Attempt
    ) -> Result<any StreamClientEndpoint, any Error> {
        let version: SOCKSHandshake.Version =
            proxy.kind == .socks4 || proxy.kind == .socks4a ? .v4 : .v5
        let observer = attempt.observer
        let lower = place(proxy.host, proxy.port, attempt)
        let endpoint = HandshakeEndpoint(lower, timeout: attempt.timeout, clock: clock) {
            observer?.tunnelRequested(of: proxy, request: [])
            return try SOCKSHandshake(
                version, to: destination, userName: proxy.userName, password: proxy.password)
        }
        return secured(endpoint, attempt)
    }

    /// Looks the name up here, and has the proxy try one address after the other.
    private func viaAddresses<User: StreamProtocol>(
        _ proxy: HTTPProxy, _ attempt: Attempt, _ factory: @escaping @Reactor () throws -> User
    ) async throws -> User {
        let origin = attempt.route.origin
        var connecting = options.connecting
        if proxy.kind == .socks4 { connecting.families = .ipv4Only }
        let addresses = try await HostLookup(
            origin.host, port: origin.port, options: connecting, resolver: resolver, clock: clock,
            observer: attempt.observer
        ).addresses().value
        var failure: any Error = ConnectError.lookup(.noAddress(origin.host))
        for address in addresses {
            do {
                let destination = SOCKSDestination(address, port: origin.port)
                return try await connect(by(proxy, to: destination, attempt), factory).value
            } catch let error as SOCKSError {
                guard case .refused = error else { throw error }
                failure = error
            }
        }
        throw failure
    }

    // MARK: TLS

    /// Makes TLS ready before the first connection needs it, so that it can be told what is wrong with the
    /// files that the options name.
    ///
    /// - Parameter tls: How TLS is to be done from now on, in place of what the client's options say.
    /// - Throws: What ``TLSContext`` throws: most often ``TLSError/unusableFile(path:reason:)``.
    public func prepareTLS(_ tls: TLSOptions) throws(TLSError) {
        context = try makeContext(tls)
    }

    /// The context of all secure connections: it remembers sessions, to resume them.
    private func tlsContext() throws(TLSError) -> TLSContext {
        if let context { return context }
        let made = try makeContext(options.tls)
        context = made
        return made
    }

    private func tlsContextOfProxies() throws(TLSError) -> TLSContext {
        guard let options = options.proxyTLS else { return try tlsContext() }
        if let proxyContext { return proxyContext }
        let made = try makeContext(options)
        proxyContext = made
        return made
    }

    private func makeContext(_ tls: TLSOptions) throws(TLSError) -> TLSContext {
        var tls = tls
        if tls.applicationProtocols.isEmpty { tls.applicationProtocols = ["http/1.1"] }
        return try TLSContext(.client, tls)
    }
}
