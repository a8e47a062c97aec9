/// What is open, and takes what comes until it is told to stop.
@Reactor
public protocol ListeningPort: AnyObject, Sendable {
    /// Where it listens, with the port that the system chose for port 0.
    var address: SocketAddress { get }

    /// Takes no more; connections that were accepted live on.
    func stopListening()
}

/// Gives each connection its protocol; nil closes the connection.
public typealias ConnectionFactory = @Reactor (_ peer: SocketAddress) -> (any StreamProtocol)?
