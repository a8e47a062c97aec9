public import HTTPTypes
public import TwineCore
public import TwineTLS

/// What hears of each step of a request as it happens, redirects and repetitions included.
///
/// The steps of one request come in this order: those of `ConnectObserver` and `TLSObserver` or
/// ``reusing(_:from:_:)``; then ``sent(_:)``, ``requestSent(head:)`` and ``requestComplete()``; then
/// ``received(_:)``, ``informational(_:octets:)`` and ``headReceived(_:octets:)``. Every step does nothing
/// unless it is implemented. Spans are lent for the time of the call.
///
/// Only a request that has an observer pays for one: the octets of its response's head are kept, up to
/// ``HTTPLimits/head``, until the head is whole.
@Reactor
public protocol HTTPRequestObserver: ConnectObserver, TLSObserver {
    /// Whether ``received(_:)`` wants the octets of bodies as well; without them a body can be moved into a
    /// file without coming this way. True unless it is implemented.
    var hearsBodies: Bool { get }

    /// A connection is used again that served another request before.
    ///
    /// - Parameters:
    ///   - peer: Where it leads: to the server, or to the proxy.
    ///   - local: This side's address.
    ///   - agreement: What was agreed on when it was made; nil without TLS.
    func reusing(_ peer: SocketAddress, from local: SocketAddress, _ agreement: TLSAgreement?)

    /// A proxy is asked to connect to the origin.
    ///
    /// - Parameters:
    ///   - proxy: The proxy.
    ///   - request: The octets of CONNECT; none for a SOCKS proxy.
    func tunnelRequested(of proxy: HTTPProxy, request: [UInt8])

    /// A proxy has answered CONNECT; unless with success, there is no tunnel.
    ///
    /// - Parameters:
    ///   - head: Status and fields.
    ///   - octets: As they came, the empty line included.
    func tunnelAnswered(_ head: HTTPResponse, octets: [UInt8])

    /// Octets of the request were written, exactly as they travel: the head, then the body with its chunks'
    /// framing.
    func sent(_ octets: Span<UInt8>)

    /// The head of the request was written.
    ///
    /// - Parameter head: Its octets, the empty line included.
    func requestSent(head: Span<UInt8>)

    /// The whole request was written, its body included.
    func requestComplete()

    /// Octets of the response have come, exactly as they travelled: the heads, then the body with its
    /// chunks' framing and trailers; nothing of what follows the response.
    func received(_ octets: Span<UInt8>)

    /// An interim response has come.
    ///
    /// - Parameters:
    ///   - head: Status (1xx) and fields.
    ///   - octets: As they came, the empty line included.
    func informational(_ head: HTTPResponse, octets: Span<UInt8>)

    /// The head of the response has come; after that its body, or another request for a redirect.
    ///
    /// - Parameters:
    ///   - head: Status and fields.
    ///   - octets: As they came, the empty line included; none when the server sent no head (HTTP/0.9).
    func headReceived(_ head: HTTPResponse, octets: Span<UInt8>)

    /// The request is sent again over another connection, for the server has closed the one that was kept.
    ///
    /// - Parameter error: How the connection was lost; nil where the server answered 408.
    func retrying(after error: (any Error)?)
}

extension HTTPRequestObserver {
    /// Yes.
    public var hearsBodies: Bool { true }
    /// Does nothing.
    public func reusing(
        _ peer: SocketAddress, from local: SocketAddress, _ agreement: TLSAgreement?
    ) {}
    /// Does nothing.
    public func tunnelRequested(of proxy: HTTPProxy, request: [UInt8]) {}
    /// Does nothing.
    public func tunnelAnswered(_ head: HTTPResponse, octets: [UInt8]) {}
    /// Does nothing.
    public func sent(_ octets: Span<UInt8>) {}
    /// Does nothing.
    public func requestSent(head: Span<UInt8>) {}
    /// Does nothing.
    public func requestComplete() {}
    /// Does nothing.
    public func received(_ octets: Span<UInt8>) {}
    /// Does nothing.
    public func informational(_ head: HTTPResponse, octets: Span<UInt8>) {}
    /// Does nothing.
    public func headReceived(_ head: HTTPResponse, octets: Span<UInt8>) {}
    /// Does nothing.
    public func retrying(after error: (any Error)?) {}
}
