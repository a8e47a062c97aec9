public import TwineCore

/// Makes the connections that an ``HTTPClient`` speaks over.
///
/// The client's own connector looks names up, races their addresses and speaks TLS; another one may lead
/// through a proxy or a Unix socket, or give a test a transport without a socket.
@Reactor
public protocol HTTPConnector: AnyObject {
    /// Makes one connection.
    ///
    /// - Parameters:
    ///   - origin: Where to.
    ///   - timeout: How long the client waits, in seconds; it cancels the Deferred after that.
    ///   - factory: Gives the connection its protocol once it stands (with TLS: after the handshake).
    /// - Returns: The protocol, connected; or why not. Cancelling it stops the attempt.
    func connect<User: StreamProtocol>(
        to origin: HTTPOrigin, timeout: Double, _ factory: @escaping @Reactor () throws -> User
    ) -> Deferred<User>
}
