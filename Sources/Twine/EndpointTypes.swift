public import TwineCore
import TwineDNS
import TwineTLS

/// The kinds of endpoints that strings can name; a program may add its own.
@Reactor
public enum EndpointTypes {
    /// Makes a place to connect to from the arguments; what it does not take is an error.
    public typealias Client = @Reactor (inout EndpointArguments) throws -> any StreamClientEndpoint
    /// Makes a place to listen at from the arguments; what it does not take is an error.
    public typealias Server = @Reactor (inout EndpointArguments) throws -> any StreamServerEndpoint

    /// What ``clientFromString(_:)`` knows, by type.
    public static var clients: [String: Client] = [
        "tcp": { try tcpClient(&$0) },
        "unix": { try unixClient(&$0) },
        "tls": { try tlsClient(&$0) },
    ]
    /// What ``serverFromString(_:)`` knows, by type.
    public static var servers: [String: Server] = [
        "tcp": { try tcpServer(&$0, anyInterface: "0.0.0.0") },
        "tcp6": { try tcpServer(&$0, anyInterface: "::") },
        "unix": { try unixServer(&$0) },
        "tls": { try tlsServer(&$0) },
    ]

    // MARK: Clients

    private static func tcpClient(
        _ arguments: inout EndpointArguments
    ) throws -> HostnameEndpoint {
        HostnameEndpoint(
            try arguments.needed("host"), port: try arguments.port(),
            timeout: try arguments.seconds("timeout") ?? 30,
            bindAddress: try bindAddress(&arguments), resolver: DNSResolver.shared)
    }

    private static func bindAddress(
        _ arguments: inout EndpointArguments
    ) throws -> SocketAddress? {
        guard let text = arguments.named("bindAddress") else { return nil }
        return .ip(try address("bindAddress", text), port: 0)
    }

    private static func unixClient(
        _ arguments: inout EndpointArguments
    ) throws -> TCPClientEndpoint {
        TCPClientEndpoint(
            .unix(path: try arguments.needed("path")),
            timeout: try arguments.seconds("timeout") ?? 30)
    }

    private static func tlsClient(
        _ arguments: inout EndpointArguments
    ) throws -> TLSClientEndpoint {
        let tcp = try tcpClient(&arguments)
        var options = TLSOptions()
        options.certificateFile = arguments.named("certificate")
        options.privateKeyFile = arguments.named("privateKey")
        if let trusted = arguments.named("trustRoots") {
            options.trustsSystem = false
            options.authoritiesFile = trusted
        }
        return TLSClientEndpoint(
            tcp, try TLSContext(.client, options), host: tcp.host, port: tcp.port,
            timeout: tcp.timeout)
    }

    // MARK: Servers

    private static func tcpServer(
        _ arguments: inout EndpointArguments, anyInterface: String
    ) throws -> TCPServerEndpoint {
        let port = try arguments.port()
        let interface = arguments.named("interface") ?? ""
        return TCPServerEndpoint(
            .ip(
                try address("interface", interface.isEmpty ? anyInterface : interface), port: port),
            backlog: try arguments.number("backlog", in: 1...Int32.max) ?? 4096,
            reusePort: try arguments.flag("reusePort") ?? false)
    }

    private static func unixServer(
        _ arguments: inout EndpointArguments
    ) throws -> TCPServerEndpoint {
        TCPServerEndpoint(
            .unix(path: try arguments.needed("address")),
            backlog: try arguments.number("backlog", in: 1...Int32.max) ?? 4096)
    }

    private static func tlsServer(
        _ arguments: inout EndpointArguments
    ) throws -> TLSServerEndpoint {
        let tcp = try tcpServer(&arguments, anyInterface: "0.0.0.0")
        var options = TLSOptions()
        options.privateKeyFile = arguments.named("privateKey") ?? "server.pem"
        options.certificateFile = arguments.named("certKey") ?? options.privateKeyFile
        return TLSServerEndpoint(tcp, try TLSContext(.server, options))
    }

    private static func address(_ name: String, _ text: String) throws -> IPAddress {
        guard let address = IPAddress(text) else {
            throw EndpointStringError.malformed(name, value: text, expected: "an IP address")
        }
        return address
    }
}

/// The place to connect to that a string names, such as `tcp:example.org:80`.
///
/// | type | arguments |
/// |---|---|
/// | `tcp` | `host`, `port`, `timeout=` (seconds), `bindAddress=` |
/// | `tls` | as `tcp`, and `trustRoots=`, `certificate=`, `privateKey=` (PEM files) |
/// | `unix` | `path`, `timeout=` |
///
/// TLS checks the certificate against the host, and trusts the system's authorities, or those in
/// `trustRoots` alone. Those without `=` may stand at their places.
///
/// - Throws: ``EndpointStringError``; `TLSError` for files that cannot be used.
@Reactor
public func clientFromString(_ text: String) throws -> any StreamClientEndpoint {
    try endpoint(text, EndpointTypes.clients)
}

/// The place to listen at that a string names, such as `tcp:8080:interface=127.0.0.1`.
///
/// | type | arguments |
/// |---|---|
/// | `tcp`, `tcp6` | `port`, `interface=` (an address; all by default), `backlog=`, `reusePort=` |
/// | `tls` | as `tcp`, and `privateKey=`, `certKey=` (PEM files; `server.pem` by default) |
/// | `unix` | `address` (a path), `backlog=` |
///
/// Those without `=` may stand at their places.
///
/// - Throws: As ``clientFromString(_:)``.
@Reactor
public func serverFromString(_ text: String) throws -> any StreamServerEndpoint {
    try endpoint(text, EndpointTypes.servers)
}

@Reactor
private func endpoint<Endpoint>(
    _ text: String, _ types: [String: @Reactor (inout EndpointArguments) throws -> Endpoint]
) throws -> Endpoint {
    let string = try EndpointString(text)
    guard let make = types[string.type] else {
        throw EndpointStringError.unknownType(string.type, known: types.keys.sorted())
    }
    var arguments = EndpointArguments(string)
    let endpoint = try make(&arguments)
    try arguments.finish()
    return endpoint
}
