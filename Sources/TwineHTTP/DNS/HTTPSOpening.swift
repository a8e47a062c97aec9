import TwineCore
import TwineTLS

/// Chooses the version of HTTP when the connection stands, and then is only in between.
@Reactor
final class HTTPSOpening: StreamProtocol {
    private let isSecure: Bool
    private let header: [UInt8]
    private let ended: @Reactor (any HTTPSession) -> Void
    private var user: (any StreamProtocol & HTTPSession)?
    private(set) var local: SocketAddress?

    init(
        _ isSecure: Bool, _ header: [UInt8], ended: @escaping @Reactor (any HTTPSession) -> Void
    ) {
        self.isSecure = isSecure
        self.header = header
        self.ended = ended
    }

    /// What was chosen; nil before.
    var session: (any HTTPSession)? { user }

    func connectionMade(_ transport: any StreamTransport) {
        local = transport.host
        let chosen = (transport as? TLSConnection)?.engine.applicationProtocol
        let ended: @Reactor () -> Void = { [weak self] in
            guard let self, let session else { return }
            self.ended(session)
        }
        let user: any StreamProtocol & HTTPSession =
            isSecure && chosen != "h2" ? HTTP1Session(ended: ended) : HTTP2Connection(ended: ended)
        self.user = user
        if !header.isEmpty { transport.write(header) }
        user.connectionMade(transport)
    }

    func dataReceived(_ bytes: Span<UInt8>) { user?.dataReceived(bytes) }

    func connectionLost(_ reason: ConnectionLost) { user?.connectionLost(reason) }
}
