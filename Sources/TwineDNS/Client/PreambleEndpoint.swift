package import TwineCore

/// A place to connect to where some octets are sent before anything else: a PROXY header, for example.
@Reactor
package struct PreambleEndpoint: StreamClientEndpoint {
    private let lower: any StreamClientEndpoint
    private let preamble: [UInt8]
    nonisolated package let description: String

    package init(_ lower: any StreamClientEndpoint, _ preamble: [UInt8]) {
        self.lower = lower
        self.preamble = preamble
        description = "\(lower)"
    }

    package func connect<User: StreamProtocol>(
        _ factory: @escaping @Reactor () throws -> User
    ) -> Deferred<User> {
        let preamble = preamble
        return lower.connect { PreambleSender(try factory(), preamble) }.addCallback { $0.user }
    }
}

/// Sends the octets when the connection stands, and then is only in between.
@Reactor
private final class PreambleSender<User: StreamProtocol>: ProtocolWrapper {
    let user: User
    private let preamble: [UInt8]

    init(_ user: User, _ preamble: [UInt8]) {
        self.user = user
        self.preamble = preamble
        super.init(user)
    }

    override func connectionMade(_ transport: any StreamTransport) {
        transport.write(preamble)
        super.connectionMade(transport)
    }
}
