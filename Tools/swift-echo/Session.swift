import Twine

/// One connection: counts what goes through, and is in the server's list.
final class Session: ProtocolWrapper {
    /// Its endpoint, as it was typed.
    var place: String { endpoint.text }
    /// Octets.
    @safe @exclusivity(unchecked) private(set) var received = 0
    /// Octets.
    @safe @exclusivity(unchecked) private(set) var sent = 0
    /// Its place in the server's list.
    var index = 0

    private let endpoint: ServedEndpoint
    private let began = Reactor.seconds

    init(_ wrapped: any StreamProtocol, _ endpoint: ServedEndpoint) {
        self.endpoint = endpoint
        super.init(wrapped)
    }

    override func connectionMade(_ transport: any StreamTransport) {
        endpoint.server.began(self)
        super.connectionMade(transport)
    }

    override func dataReceived(_ bytes: Span<UInt8>) {
        received += bytes.count
        super.dataReceived(bytes)
    }

    override func write(_ bytes: Span<UInt8>) {
        sent += bytes.count
        super.write(bytes)
    }

    override func write(_ bytes: [UInt8]) {
        sent += bytes.count
        super.write(bytes)
    }

    override func connectionLost(_ reason: ConnectionLost) {
        // While the peer's address is known.
        endpoint.server.ended(self, reason, seconds: Reactor.seconds - began)
        super.connectionLost(reason)
    }
}

/// An endpoint of a server, as its connections see it.
@Reactor
final class ServedEndpoint {
    let text: String
    let server: Server

    init(_ text: String, _ server: Server) {
        self.text = text
        self.server = server
    }
}
