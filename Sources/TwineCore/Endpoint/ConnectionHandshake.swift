/// What the two ends of a connection say to each other before it is the user's: a value that knows no
/// socket.
public protocol ConnectionHandshake: Sendable {
    /// Takes what is to be sent now; empty when it is the peer's turn.
    mutating func takeOutput() -> [UInt8]

    /// Reads what the peer has sent.
    ///
    /// - Parameter bytes: What came.
    /// - Returns: How many octets of `bytes` belong to the exchange, when it is over; nil when it goes on,
    ///   and all were taken.
    /// - Throws: Why there will be no connection.
    mutating func receive(_ bytes: Span<UInt8>) throws -> Int?

    /// The peer has ended the connection before the exchange was over.
    ///
    /// - Returns: Why there will be no connection.
    mutating func receiveEndOfInput() -> any Error
}

/// A place to connect to where something is said before the connection is the user's.
@Reactor
public struct HandshakeEndpoint<Handshake: ConnectionHandshake>: StreamClientEndpoint {
    private let lower: any StreamClientEndpoint
    private let timeout: Double
    private let clock: any ReactorTime
    private let make: @Reactor () throws -> Handshake
    private let ended: (@Reactor (Handshake) -> Void)?
    /// The place below.
    nonisolated public let description: String

    /// Makes the endpoint; nothing is connected before `connect`.
    ///
    /// - Parameters:
    ///   - lower: Where the connection is made.
    ///   - timeout: How long the exchange may take after that, in seconds.
    ///   - clock: Whose time.
    ///   - ended: Called with the value when the exchange is over, or has failed.
    ///   - make: Gives the value that does the exchange; what it throws fails the connection.
    public init(
        _ lower: any StreamClientEndpoint, timeout: Double = 30,
        clock: any ReactorTime = Reactor.clock, ended: (@Reactor (Handshake) -> Void)? = nil,
        _ make: @escaping @Reactor () throws -> Handshake
    ) {
        self.lower = lower
        self.timeout = timeout
        self.clock = clock
        self.make = make
        self.ended = ended
        description = "\(lower)"
    }

    /// See ``StreamClientEndpoint``.
    public func connect<User: StreamProtocol>(
        _ factory: @escaping @Reactor () throws -> User
    ) -> Deferred<User> {
        let (make, ended) = (make, ended)
        return lower.connect { HandshakeProtocol(try make(), ended) }
            .addCallback { over($0) }
            .addCallback { try $0.attach(factory) }
    }

    /// The connection once its exchange is over, within the limit.
    private func over(
        _ connection: HandshakeProtocol<Handshake>
    ) -> Deferred<HandshakeProtocol<Handshake>> {
        connection.done.addTimeout(timeout, clock: clock) { result, seconds in
            guard case .failure = result else { return try result.get() }
            throw ConnectError.timedOut(connection.peer, seconds: seconds)
        }.addCallback { connection }
    }
}

/// Does the exchange when the connection stands, and then is only in between.
@Reactor
private final class HandshakeProtocol<Handshake: ConnectionHandshake>: StreamProtocol {
    /// Fires when the exchange is over.
    let done: Deferred<Void>
    private(set) var peer = SocketAddress.unix(path: "")

    private var handshake: Handshake
    private let ended: (@Reactor (Handshake) -> Void)?
    private let way = Way()
    private var user: (any StreamProtocol)?
    private var isOver = false
    /// What the peer sent at once behind the exchange, until there is a user.
    private var early: [UInt8] = []

    /// The transport, where the canceller finds it too.
    @Reactor
    private final class Way {
        var transport: (any StreamTransport)?
        var isCancelled = false
    }

    init(_ handshake: Handshake, _ ended: (@Reactor (Handshake) -> Void)?) {
        self.handshake = handshake
        self.ended = ended
        let way = way
        done = Deferred(canceller: { _ in
            way.isCancelled = true
            way.transport?.abortConnection()
        })
    }

    func attach<User: StreamProtocol>(_ factory: @Reactor () throws -> User) throws -> User {
        let user: User
        do {
            user = try factory()
        } catch {
            way.transport?.abortConnection()
            throw error
        }
        guard let transport = way.transport else { throw ConnectionLost.done }
        self.user = user
        user.connectionMade(transport)
        if !early.isEmpty {
            let octets = early
            early = []
            user.dataReceived(octets.span)
        }
        transport.resumeReading()
        return user
    }

    func connectionMade(_ transport: any StreamTransport) {
        way.transport = transport
        peer = transport.peer
        send()
    }

    private func send() {
        let output = handshake.takeOutput()
        if !output.isEmpty { way.transport?.write(output) }
    }

    func dataReceived(_ bytes: Span<UInt8>) {
        if let user { return user.dataReceived(bytes) }
        guard !isOver, !way.isCancelled else { return }
        do {
            let count = try handshake.receive(bytes)
            send()
            guard let count else { return }
            isOver = true
            for index in count..<bytes.count { early.append(bytes[index]) }
            // Until there is a user: it comes with the Deferred, most often at once.
            way.transport?.pauseReading()
            ended?(handshake)
            done.callback(())
        } catch {
            fail(error)
        }
    }

    private func fail(_ error: any Error) {
        isOver = true
        ended?(handshake)
        way.transport?.abortConnection()
        done.errback(error)
    }

    func connectionLost(_ reason: ConnectionLost) {
        way.transport = nil
        if let user = user.take() { return user.connectionLost(reason) }
        guard !isOver, !way.isCancelled else { return }
        isOver = true
        let error: any Error = reason == .done ? handshake.receiveEndOfInput() : reason
        ended?(handshake)
        done.errback(error)
    }

    var halfCloseable: (any HalfCloseableProtocol)? { user?.halfCloseable }
}
