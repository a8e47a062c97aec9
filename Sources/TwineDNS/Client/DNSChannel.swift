public import TwineCore
public import TwineTLS

/// A way to one name server, over which any number of queries may be under way.
///
/// It is connected when the first query is sent, and again when a next one finds the connection gone.
@Reactor
public protocol DNSChannel: AnyObject {
    /// Sends one query, and gives what comes for it to `receiver`.
    ///
    /// - Parameters:
    ///   - query: A whole message, without a length before it; its first two octets are its id.
    ///   - timeout: How long connecting may take, and again each message for this query, in seconds.
    ///   - receiver: Hears of it until it has finished, or ``DNSChannel/forget(_:)`` is called. It is
    ///     kept until then.
    func send(_ query: [UInt8], timeout: Double, to receiver: any DNSReplyReceiver)

    /// Tells a receiver nothing more.
    func forget(_ receiver: any DNSReplyReceiver)

    /// Closes the connection; receivers that still wait hear nothing more.
    func close()

    /// Where the server is.
    var peer: SocketAddress { get }

    /// Where this side is, once that is known.
    var local: SocketAddress? { get }
}

/// What waits for the reply to one query.
@Reactor
public protocol DNSReplyReceiver: AnyObject {
    /// The query is on its way.
    func querySent(on channel: any DNSChannel)

    /// A message has come that has the query's id; or another one, when nobody else waits there.
    ///
    /// - Parameter message: The message, without a length before it; lent for the time of the call.
    /// - Returns: What is to become of the wait.
    func messageReceived(_ message: Span<UInt8>) -> DNSReceipt

    /// Nothing more will come.
    func exchangeFailed(_ error: DNSChannelError)
}

/// What a message was to whom waits for one.
public enum DNSReceipt: Sendable {
    /// The last that was waited for.
    case finished
    /// One of several: the wait for the next begins.
    case awaitsMore
    /// Not for this query: the wait goes on as if nothing had come.
    case ignored
}

/// Why a server's reply did not come.
public enum DNSChannelError: Error, Equatable, Sendable, CustomStringConvertible {
    /// No connection could be made; with datagrams, none could be sent.
    case notConnected(ConnectError)
    /// A port or address of this side cannot be used.
    case notBound(CannotListenError)
    /// TLS could not be set up.
    case notSecure(TLSError)
    /// Nothing came in time.
    case timedOut(seconds: Double)
    /// The server has closed the connection.
    case ended
    /// The connection was cut, or the network told that the server cannot be reached.
    case lost(SystemError)
    /// The layer below the messages was broken; in its own words.
    case broken(String)

    /// The case for what a connection could not be made by.
    public init(connecting error: any Error) {
        switch error {
        case let error as ConnectError: self = .notConnected(error)
        case let error as TLSError: self = .notSecure(error)
        case let error as CannotListenError: self = .notBound(error)
        case let error as SystemError: self = .lost(error)
        case let error as DNSChannelError: self = error
        default: self = .broken("\(error)")
        }
    }

    /// The case for what ended a connection that stood.
    public init(_ reason: ConnectionLost) {
        switch reason {
        case .done, .aborted: self = .ended
        case .lost(let error): self = .lost(error)
        case .layer(let text): self = .broken(text)
        }
    }

    /// One line for people.
    public var description: String {
        switch self {
        case .notConnected(let error): "\(error)"
        case .notBound(let error): "\(error)"
        case .notSecure(let error): "\(error)"
        case .timedOut(let seconds): "no reply within \(seconds) seconds"
        case .ended: "the server closed the connection"
        case .lost(let error): "\(error)"
        case .broken(let text): text
        }
    }
}
