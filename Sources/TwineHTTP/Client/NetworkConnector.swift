public import TwineCore

/// Connects over TCP to whichever address of a name answers first, and speaks TLS where the origin says so.
@Reactor
public final class NetworkConnector: HTTPConnector {
    private let resolver: any NameResolver
    private let clock: any ReactorTime

    /// Makes a connector.
    ///
    /// - Parameters:
    ///   - resolver: Who knows the addresses of names.
    ///   - clock: Whose time.
    public init(
        resolver: any NameResolver = SystemResolver.shared, clock: any ReactorTime = Reactor.clock
    ) {
        self.resolver = resolver
        self.clock = clock
    }

    /// See ``HTTPConnector``.
    public func connect<User: StreamProtocol>(
        to origin: HTTPOrigin, timeout: Double, _ factory: @escaping @Reactor () throws -> User
    ) -> Deferred<User> {
        guard !origin.isSecure else { return fail(HTTPError.unsupportedScheme("https")) }
        // The client's own limit comes first and names what took too long.
        return HostnameEndpoint(
            origin.host, port: origin.port, timeout: timeout + 1, resolver: resolver, clock: clock
        ).connect(factory)
    }
}
