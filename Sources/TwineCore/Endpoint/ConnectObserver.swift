/// What hears of each step of making a connection, as it happens.
///
/// Every step does nothing unless it is implemented. A step may not end the connection's Deferred.
@Reactor
public protocol ConnectObserver: AnyObject, Sendable {
    /// The addresses of a name are being looked up.
    func resolving(host: String)

    /// The addresses of a name are known.
    ///
    /// In a race this is called once for each family that has some.
    ///
    /// - Parameters:
    ///   - host: The name.
    ///   - addresses: The addresses, in the order in which they will be tried.
    func resolved(host: String, addresses: [IPAddress])

    /// A name has no address that can be used.
    ///
    /// - Parameters:
    ///   - host: The name.
    ///   - error: Why: a ``LookupError`` of whichever resolver was asked.
    func resolveFailed(host: String, _ error: any Error)

    /// One address is being connected to.
    ///
    /// - Parameters:
    ///   - address: The address.
    ///   - host: The name that it belongs to, or its own text.
    func connecting(to address: SocketAddress, host: String)

    /// One address could not be connected to; another one may follow.
    ///
    /// - Parameters:
    ///   - address: The address.
    ///   - error: Why: a ``ConnectError``, or ``CannotListenError`` where the local address is no good.
    func connectFailed(to address: SocketAddress, _ error: any Error)

    /// One address is connected; the others are not needed any more.
    ///
    /// - Parameters:
    ///   - address: The address.
    ///   - local: This side's address.
    func connected(to address: SocketAddress, from local: SocketAddress)
}

extension ConnectObserver {
    /// Does nothing.
    public func resolving(host: String) {}
    /// Does nothing.
    public func resolved(host: String, addresses: [IPAddress]) {}
    /// Does nothing.
    public func resolveFailed(host: String, _ error: any Error) {}
    /// Does nothing.
    public func connecting(to address: SocketAddress, host: String) {}
    /// Does nothing.
    public func connectFailed(to address: SocketAddress, _ error: any Error) {}
    /// Does nothing.
    public func connected(to address: SocketAddress, from local: SocketAddress) {}
}
