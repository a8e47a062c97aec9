public import TwineCore

/// Makes the connections that an ``HTTPClient`` speaks over.
///
/// The client's own connector looks names up, races their addresses and speaks TLS; another one may lead
/// elsewhere, or give a test a transport without a socket.
@Reactor
public protocol HTTPConnector: AnyObject {
    /// Makes one connection.
    ///
    /// - Parameters:
    ///   - route: Where to, and through which proxy.
    ///   - timeout: How long the client waits, in seconds; it cancels the Deferred after that.
    ///   - observer: What hears of each step.
    ///   - factory: Gives the connection its protocol once it stands (with TLS: after the handshake).
    /// - Returns: The protocol, connected; or why not. Cancelling it stops the attempt.
    func connect<User: StreamProtocol>(
        to route: HTTPRoute, timeout: Double, observer: (any HTTPRequestObserver)?,
        _ factory: @escaping @Reactor () throws -> User
    ) -> Deferred<User>
}
