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
        "fd": { AdoptedServerEndpoint(descriptor: try descriptor(&$0)) },
        "systemd": { try systemdServer(&$0) },
        "stdio": { _ in StandardIOEndpoint() },
    ]
    /// What ``datagramServerFromString(_:)`` knows, by type.
    static let datagramServers: [String: @Reactor (inout EndpointArguments) throws -> UDPEndpoint] =
        [
            "udp": { try udpServer(&$0, anyInterface: "0.0.0.0") },
            "udp6": { try udpServer(&$0, anyInterface: "::") },
            "fdgram": { UDPEndpoint(descriptor: try descriptor(&$0)) },
            "unixgram": {
                UDPEndpoint(
                    .unix(path: try $0.needed("address")),
                    mode: try $0.named("mode").map { try mode($0) })
            },
        ]

    // MARK: Clients

    private static func tcpClient(
        _ arguments: inout EndpointArguments
    ) throws -> HostnameEndpoint {
        var options = ConnectOptions()
        options.bindAddress = try bindAddress(&arguments)
        return HostnameEndpoint(
            try arguments.needed("host"), port: try arguments.port(),
            timeout: try arguments.seconds("timeout") ?? 30,
            options: options, resolver: DNSResolver.shared)
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
            backlog: try arguments.number("backlog", in: 1...Int32.max) ?? 4096,
            mode: try arguments.named("mode").map { try mode($0) })
    }

    private static func mode(_ text: String) throws -> UInt16 {
        guard let mode = UInt16(text, radix: 8), mode <= 0o777 else {
            throw EndpointStringError.malformed(
                "mode", value: text, expected: "permissions as 660, in octal")
        }
        return mode
    }

    private static func descriptor(_ arguments: inout EndpointArguments) throws -> Int32 {
        try descriptor("number", arguments.needed("number"))
    }

    private static func descriptor(_ name: String, _ text: String) throws -> Int32 {
        guard let number = Int32(text), number >= 0 else {
            throw EndpointStringError.malformed(
                name, value: text, expected: "the number of a descriptor")
        }
        return number
    }

    private static func systemdServer(
        _ arguments: inout EndpointArguments
    ) throws -> AdoptedServerEndpoint {
        // The socket knows its family itself; Twisted's strings say it.
        let domain = try arguments.needed("domain")
        guard ["INET", "INET6", "UNIX"].contains(domain) else {
            throw EndpointStringError.malformed(
                "domain", value: domain, expected: "INET, INET6 or UNIX")
        }
        let names = ActivatedSockets.names
        let index: Int?
        if let name = arguments.named("name") {
            index = names.firstIndex(of: name)
            guard index != nil else {
                throw EndpointStringError.malformed(
                    "name", value: name,
                    expected: names.isEmpty
                        ? "there: systemd has passed no socket to this process"
                        : "one of the sockets that systemd has passed: "
                            + names.joined(separator: ", "))
            }
        } else {
            index = try arguments.number("index", in: 0...1023)
        }
        guard let descriptor = ActivatedSockets.descriptor(at: index ?? 0) else {
            throw EndpointStringError.malformed(
                "index", value: "\(index ?? 0)",
                expected: "there: systemd has passed \(names.count) sockets to this process")
        }
        return AdoptedServerEndpoint(descriptor: descriptor)
    }

    private static func udpServer(
        _ arguments: inout EndpointArguments, anyInterface: String
    ) throws -> UDPEndpoint {
        let port = try arguments.port()
        let interface = arguments.named("interface") ?? ""
        return UDPEndpoint(
            .ip(
                try address("interface", interface.isEmpty ? anyInterface : interface), port: port),
            reusePort: try arguments.flag("reusePort") ?? false,
            group: try arguments.named("group").map { try address("group", $0) })
    }

    private static func tlsServer(
        _ arguments: inout EndpointArguments
    ) throws -> TLSServerEndpoint {
        let lower: any StreamServerEndpoint
        if let number = arguments.named("fd") {
            lower = AdoptedServerEndpoint(descriptor: try descriptor("fd", number))
        } else {
            lower = try tcpServer(&arguments, anyInterface: "0.0.0.0")
        }
        var options = TLSOptions()
        options.privateKeyFile = arguments.named("privateKey") ?? "server.pem"
        options.certificateFile = arguments.named("certKey") ?? options.privateKeyFile
        return TLSServerEndpoint(lower, try TLSContext(.server, options))
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
/// | `tls` | as `tcp`, or `fd=` of a socket that listens; `privateKey=`, `certKey=` (PEM files) |
/// | `unix` | `address` (a path), `mode=` (660, for example), `backlog=` |
/// | `systemd` | `domain=` (`INET`, `INET6` or `UNIX`), `index=` or `name=` |
/// | `fd` | `number` of a descriptor that listens already |
/// | `stdio` | |
///
/// Those without `=` may stand at their places.
///
/// - Throws: As ``clientFromString(_:)``.
@Reactor
public func serverFromString(_ text: String) throws -> any StreamServerEndpoint {
    try endpoint(text, EndpointTypes.servers)
}

/// The place to take datagrams at that a string names, such as `udp:7007:interface=127.0.0.1`.
///
/// The types are `udp` and `udp6`, with `port`, `interface=` (an address; all by default),
/// `reusePort=` and `group=` (a multicast address to join), `unixgram`, with `address` (a path)
/// and `mode=`, and `fdgram`, with the `number` of a descriptor that is a datagram socket.
///
/// - Throws: ``EndpointStringError``.
@Reactor
public func datagramServerFromString(_ text: String) throws -> UDPEndpoint {
    try endpoint(text, EndpointTypes.datagramServers)
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
