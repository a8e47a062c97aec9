/// Lets a number of connections in at once; a place that is free again is given to the next.
@Reactor
public final class ConnectionLimit {
    /// How many may be open at once.
    public let maximum: Int
    /// How many are open.
    public private(set) var count = 0

    /// Makes a limit; several ports may share it.
    ///
    /// - Parameter maximum: How many connections may be open at once.
    public init(_ maximum: Int) { self.maximum = maximum }

    /// A factory that keeps the limit.
    ///
    /// - Parameters:
    ///   - factory: Gives each connection that is let in its protocol.
    ///   - overflow: Gives the others theirs, to say why, for example; by default they are closed.
    ///     These are not counted.
    /// - Returns: The factory for an endpoint.
    public func factory(
        _ factory: @escaping ConnectionFactory, overflow: ConnectionFactory? = nil
    ) -> ConnectionFactory {
        { peer in
            guard self.count < self.maximum else { return overflow?(peer) }
            guard let user = factory(peer) else { return nil }
            self.count += 1
            return CountedConnection(user, self)
        }
    }

    fileprivate func leave() { count -= 1 }
}

private final class CountedConnection: ProtocolWrapper {
    private let limit: ConnectionLimit

    init(_ wrapped: any StreamProtocol, _ limit: ConnectionLimit) {
        self.limit = limit
        super.init(wrapped)
    }

    override func connectionLost(_ reason: ConnectionLost) {
        limit.leave()
        super.connectionLost(reason)
    }
}
